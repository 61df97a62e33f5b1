import { absolute, type Surroundings } from './caching-step.ts'

/** A directory that a tool keeps its cache in. */
export interface CachePlace {
  readonly path: string
  /** What moved it there: a variable or an option. */
  readonly because?: string
}

/** Why a tool keeps nothing, and what to do about it. */
export interface Disabled {
  readonly reason: string
  readonly fix: string
}

/** A tool with a cache that people mount. */
export interface CachingTool {
  readonly name: string
  /** Commands that fill the cache. */
  readonly command: RegExp
  /** Targets of mounts that are meant for it. */
  readonly meant: RegExp
  places(step: Surroundings): readonly CachePlace[]
  disabled?(step: Surroundings): Disabled | undefined
}

/** By what they are used for: system packages, then languages. */
export const cachingTools: readonly CachingTool[] = [
  {
    name: 'apt',
    command: /\bapt(?:-get|itude)?\s+(?:-\S+\s+)*(?:\S+\s+)?(?:install|upgrade|dist-upgrade|build-dep)\b/,
    meant: /^\/var\/cache\/apt(?:\/|$)/,
    places: (step) => [
      at(step, option(step, /Dir::Cache(?:::archives)?=("?)([^\s"]+)\1/, 2), 'Dir::Cache') ?? {
        path: '/var/cache/apt',
      },
    ],
    disabled: (step) =>
      cleaned(step, 'apt', /\bapt(?:-get)?\s+(?:-\S+\s+)*(?:auto)?clean\b/) ?? dockerClean(step) ?? deletedByApt(step),
  },
  {
    name: 'apk',
    command: /\bapk\s+(?:-\S+\s+)*(?:add|upgrade)\b/,
    meant: /^\/(?:var\/cache|etc)\/apk(?:\/|$)/,
    places: (step) => [
      at(step, option(step, /--cache-dir[= ](\S+)/), '--cache-dir') ?? { path: '/var/cache/apk' },
      { path: '/etc/apk/cache' },
    ],
    disabled: (step) => switchedOff(step, 'apk', /--no-cache\b/),
  },
  {
    name: 'dnf',
    command: /\b(?:micro)?(?:dnf5?|yum)\s+(?:-\S+\s+)*(?:install|upgrade|update)\b/,
    meant: /^\/var\/cache\/(?:dnf|yum|libdnf5)(?:\/|$)/,
    places: () => [{ path: '/var/cache/dnf' }, { path: '/var/cache/yum' }, { path: '/var/cache/libdnf5' }],
    disabled: (step) => cleaned(step, 'dnf', /\b(?:micro)?(?:dnf5?|yum)\s+(?:-\S+\s+)*clean\b/),
  },
  {
    name: 'npm',
    command: /\b(?:npm\s+(?:-\S+\s+)*(?:ci|i|install|add|update|install-clean|exec)|npx)\b/,
    meant: /\.npm(?:\/|$)|(?:^|[/_-])npm(?:[/_-]?cache)?(?:\/|$)/,
    places: (step) => [
      at(step, option(step, /--cache[= ](\S+)/), '--cache') ??
        fromVariable(step, ['npm_config_cache', 'NPM_CONFIG_CACHE']) ?? { path: `${step.home}/.npm` },
    ],
    disabled: (step) => cleaned(step, 'npm', /\bnpm\s+cache\s+clean\b/),
  },
  {
    name: 'yarn',
    command: /\byarn\b(?!\.)/,
    meant: /yarn/,
    places: (step) => {
      const moved =
        at(step, option(step, /--cache-folder[= ](\S+)/), '--cache-folder') ??
        fromVariable(step, ['YARN_CACHE_FOLDER', 'YARN_GLOBAL_FOLDER'])
      if (moved !== undefined) return [moved]
      const classic = step.uid === 0 ? '/usr/local/share/.cache/yarn' : `${step.home}/.cache/yarn`
      return [{ path: classic }, { path: `${step.home}/.yarn/berry` }, { path: absolute(step, '.yarn/cache') }]
    },
    disabled: (step) => cleaned(step, 'yarn', /\byarn\s+cache\s+cle(?:an|ar)\b/),
  },
  {
    name: 'pnpm',
    command: /\bpnpm\s+(?:-\S+\s+)*(?:install|i|add|fetch|update)\b/,
    meant: /pnpm/,
    places: (step) => {
      const moved =
        at(step, option(step, /--store-dir[= ](\S+)/), '--store-dir') ??
        fromVariable(step, ['npm_config_store_dir', 'NPM_CONFIG_STORE_DIR']) ??
        fromVariable(step, ['PNPM_HOME'], '/store') ??
        fromVariable(step, ['XDG_DATA_HOME'], '/pnpm/store')
      return [moved ?? { path: `${step.home}/.local/share/pnpm/store` }, { path: absolute(step, '.pnpm-store') }]
    },
    disabled: (step) => cleaned(step, 'pnpm', /\bpnpm\s+store\s+prune\b/),
  },
  {
    name: 'bun',
    command: /\bbun\s+(?:-\S+\s+)*(?:install|i|add|update)\b/,
    meant: /\.bun(?:\/|$)/,
    places: (step) => [
      at(step, option(step, /--cache-dir[= ](\S+)/), '--cache-dir') ??
        fromVariable(step, ['BUN_INSTALL_CACHE_DIR']) ?? { path: `${step.home}/.bun/install/cache` },
    ],
    disabled: (step) => switchedOff(step, 'bun', /--no-cache\b/),
  },
  {
    name: 'pip',
    command: /\bpip[\d.]*\s+(?:-\S+\s+)*(?:install|wheel|download)\b/,
    meant: /(?:^|[/_-])pip(?:[/_-]|$)/,
    places: (step) => [
      at(step, option(step, /--cache-dir[= ](\S+)/), '--cache-dir') ??
        fromVariable(step, ['PIP_CACHE_DIR']) ?? { path: `${cacheHome(step)}/pip` },
    ],
    disabled: (step) =>
      switchedOff(step, 'pip', /--no-cache-dir\b/) ??
      // Whatever its value: pip turns the cache off for 0 and false, too.
      setVariable(step, 'pip', 'PIP_NO_CACHE_DIR') ??
      cleaned(step, 'pip', /\bpip[\d.]*\s+cache\s+purge\b/),
  },
  {
    name: 'uv',
    command: /\buv\s+(?:-\S+\s+)*(?:sync|pip|add|tool|run|venv)\b/,
    meant: /(?:^|[/_-])uv(?:[/_-]|$)/,
    places: (step) => [
      at(step, option(step, /--cache-dir[= ](\S+)/), '--cache-dir') ??
        fromVariable(step, ['UV_CACHE_DIR']) ?? { path: `${cacheHome(step)}/uv` },
    ],
    disabled: (step) =>
      switchedOff(step, 'uv', /--no-cache(?:-dir)?\b/) ??
      setVariable(step, 'uv', 'UV_NO_CACHE') ??
      cleaned(step, 'uv', /\buv\s+cache\s+clean\b/),
  },
  {
    name: 'poetry',
    command: /\bpoetry\s+(?:-\S+\s+)*(?:install|add|update|sync)\b/,
    meant: /pypoetry|poetry/,
    places: (step) => [fromVariable(step, ['POETRY_CACHE_DIR']) ?? { path: `${cacheHome(step)}/pypoetry` }],
    disabled: (step) => switchedOff(step, 'poetry', /\bpoetry\b[^;&|\n]*--no-cache\b/),
  },
  {
    name: 'go modules',
    command: /\bgo\s+(?:build|install|mod|test|get|run|generate|vet)\b/,
    meant: /\/pkg\/mod(?:\/|$)|gomodcache|go-mod/i,
    places: (step) => [
      fromVariable(step, ['GOMODCACHE']) ??
        fromVariable(step, ['GOPATH'], '/pkg/mod') ?? { path: `${step.home}/go/pkg/mod` },
    ],
    disabled: (step) =>
      cleaned(step, 'go', /\bgo\s+clean\s+[^;&|\n]*-modcache\b/) ??
      (/-mod[= ]vendor\b/.test(step.text)
        ? { reason: 'go takes modules from vendor/', fix: 'the mount is not needed with -mod=vendor' }
        : undefined),
  },
  {
    name: 'go build',
    command: /\bgo\s+(?:build|install|test|run|vet)\b/,
    meant: /go-build|gocache/i,
    places: (step) => [fromVariable(step, ['GOCACHE']) ?? { path: `${cacheHome(step)}/go-build` }],
    disabled: (step) => cleaned(step, 'go', /\bgo\s+clean\s+[^;&|\n]*-cache\b/),
  },
  {
    name: 'cargo',
    command: /\bcargo\s+(?:\+\S+\s+)?(?:-\S+\s+)*(?:build|b|install|fetch|test|run|check|chef)\b/,
    meant: /cargo(?:\/(?:registry|git)|$|\/)/,
    places: (step) => [fromVariable(step, ['CARGO_HOME']) ?? { path: `${step.home}/.cargo` }],
  },
  {
    name: 'cargo target',
    command: /\bcargo\s+(?:\+\S+\s+)?(?:-\S+\s+)*(?:build|b|test|run|check|chef)\b/,
    meant: /\/target(?:\/|$)/,
    places: (step) => [
      at(step, option(step, /--target-dir[= ](\S+)/), '--target-dir') ??
        fromVariable(step, ['CARGO_TARGET_DIR', 'CARGO_BUILD_TARGET_DIR']) ?? { path: absolute(step, 'target') },
    ],
    disabled: (step) => cleaned(step, 'cargo', /\bcargo\s+clean\b(?!\s+-p)/),
  },
  {
    name: 'maven',
    command: /(?:\bmvn|\bmvnw)\s/,
    meant: /\.m2(?:\/|$)|maven/,
    places: (step) => [
      at(step, option(step, /-Dmaven\.repo\.local=(\S+)/), '-Dmaven.repo.local') ?? { path: `${step.home}/.m2` },
    ],
  },
  {
    name: 'gradle',
    command: /(?:\bgradle|\bgradlew)\s/,
    meant: /gradle/,
    places: (step) => [
      at(step, option(step, /(?:--gradle-user-home[= ]|-g[= ])(\S+)/), '--gradle-user-home') ??
        fromVariable(step, ['GRADLE_USER_HOME']) ?? { path: `${step.home}/.gradle` },
    ],
  },
  {
    name: 'composer',
    command: /\bcomposer(?:\.phar)?\s+(?:-\S+\s+)*(?:install|update|require|create-project)\b/,
    meant: /composer/,
    places: (step) => {
      const moved = fromVariable(step, ['COMPOSER_CACHE_DIR']) ?? fromVariable(step, ['COMPOSER_HOME'], '/cache')
      return moved === undefined
        ? [{ path: `${cacheHome(step)}/composer` }, { path: `${step.home}/.composer` }]
        : [moved]
    },
    disabled: (step) => switchedOff(step, 'composer', /\bcomposer\b[^;&|\n]*--no-cache\b/),
  },
  {
    name: 'nuget',
    command: /\bdotnet\s+(?:restore|build|publish|test|pack|run)\b/,
    meant: /nuget/i,
    places: (step) => [fromVariable(step, ['NUGET_PACKAGES']) ?? { path: `${step.home}/.nuget` }],
  },
  {
    name: 'ccache',
    command: /\bccache\b|\b(?:make|ninja|cmake|gcc|g\+\+|cc|c\+\+)\s/,
    meant: /ccache/,
    places: (step) => [
      fromVariable(step, ['CCACHE_DIR']) ?? { path: `${cacheHome(step)}/ccache` },
      { path: `${step.home}/.ccache` },
    ],
    disabled: (step) => setVariable(step, 'ccache', 'CCACHE_DISABLE'),
  },
]

function cacheHome(step: Surroundings): string {
  return step.variable('XDG_CACHE_HOME') || `${step.home}/.cache`
}

function option({ text }: Surroundings, pattern: RegExp, group = 1): string | undefined {
  return pattern.exec(text)?.[group]?.replace(/^(["'])(.*)\1$/, '$2')
}

function at(step: Surroundings, path: string | undefined, because: string): CachePlace | undefined {
  return path === undefined ? undefined : { path: absolute(step, path), because }
}

function fromVariable(step: Surroundings, names: readonly string[], below = ''): CachePlace | undefined {
  for (const name of names) {
    const value = step.variable(name)
    if (value) return { path: absolute(step, `${value}${below}`), because: name }
  }
  return undefined
}

function switchedOff({ text }: Surroundings, tool: string, pattern: RegExp): Disabled | undefined {
  const option = /--\S+$/.exec(pattern.exec(text)?.[0] ?? '')?.[0]
  if (option === undefined) return undefined
  return {
    reason: `${option} tells ${tool} to keep nothing`,
    fix: `leave ${option} out: the mount is in no layer anyway`,
  }
}

function setVariable(step: Surroundings, tool: string, name: string): Disabled | undefined {
  if (!step.variable(name)) return undefined
  return {
    reason: `${name}=${step.variable(name)} tells ${tool} to keep nothing`,
    fix: `begin the command with: unset ${name};`,
  }
}

function cleaned({ text }: Surroundings, tool: string, pattern: RegExp): Disabled | undefined {
  const command = pattern.exec(text)?.[0]
  if (command === undefined) return undefined
  return {
    reason: `${command} removes what ${tool} has kept`,
    fix: `leave ${command} out: the mount is in no layer anyway`,
  }
}

const keepPackages =
  'rm -f /etc/apt/apt.conf.d/docker-clean; ' +
  `echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache`

function dockerClean({ text, file }: Surroundings): Disabled | undefined {
  const path = '/etc/apt/apt.conf.d/docker-clean'
  if (file(path) === undefined || /rm\s[^;&|\n]*docker-clean/.test(text)) return undefined
  return {
    reason: `${path} of the base makes apt delete every package it has installed`,
    fix: `before it: RUN ${keepPackages}`,
  }
}

/** `apt`, unlike `apt-get`, deletes packages after their installation. */
function deletedByApt({ text, file }: Surroundings): Disabled | undefined {
  if (!/\bapt\s+(?:-\S+\s+)*install\b/.test(text)) return undefined
  const keeps = /Keep-Downloaded-Packages\W+(?:true|1|yes)/
  if (keeps.test(text) || keeps.test(file('/etc/apt/apt.conf.d/keep-cache') ?? '')) return undefined
  return { reason: 'apt deletes packages that it has installed', fix: 'use apt-get install, which keeps them' }
}
