import type { Install, PackageManager } from '../action.ts'
import type { ShellWord } from '../command.ts'
import { install } from './install.ts'
import { namedPackages } from './named-package.ts'
import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, environment, isOn, type Reader, type Subject, own } from './subject.ts'

/** What npm, yarn, pnpm and bun do. */
export const nodePackages: Reader = (subject) => {
  const reader = own(readers, subject.program)
  if (reader === undefined) return undefined
  const options = readOptions(subject.words, { values: own(optionValues, subject.program) ?? new Set() })
  return reader(subject, options)
}

type NodeReader = (subject: Subject, options: Options) => readonly Deed[] | undefined

const optionValues: Readonly<Record<string, ReadonlySet<string>>> = {
  npm: new Set([
    '-w',
    '-C',
    '--prefix',
    '--workspace',
    '--omit',
    '--include',
    '--only',
    '--registry',
    '--cache',
    '--loglevel',
    '--userconfig',
    '--fetch-retries',
    '--fetch-timeout',
    '--fetch-retry-mintimeout',
    '--fetch-retry-maxtimeout',
    '--tag',
    '--location',
    '--maxsockets',
  ]),
  yarn: new Set([
    '--cwd',
    '--cache-folder',
    '--modules-folder',
    '--network-timeout',
    '--network-concurrency',
    '--registry',
    '--mutex',
    '--mode',
    '--global-folder',
    '--prefix',
  ]),
  pnpm: new Set([
    '-C',
    '-F',
    '--dir',
    '--filter',
    '--store-dir',
    '--registry',
    '--reporter',
    '--workspace-concurrency',
    '--network-concurrency',
    '--node-linker',
    '--prefix',
    '--fetch-retries',
    '--fetch-timeout',
    '--loglevel',
    '--filter-prod',
  ]),
  bun: new Set([
    '--cwd',
    '--config',
    '-c',
    '--registry',
    '--cache-dir',
    '--backend',
    '--omit',
    '--filter',
    '--target',
    '--outdir',
    '--outfile',
  ]),
}

const installWords: ReadonlySet<string> = new Set([
  'install',
  'i',
  'in',
  'ins',
  'inst',
  'isntall',
  'add',
  'ci',
  'clean-install',
  'ic',
  'install-clean',
  'install-test',
  'it',
  'cit',
  'install-ci-test',
])
const removeWords: ReadonlySet<string> = new Set(['uninstall', 'un', 'remove', 'rm', 'r', 'unlink'])

const readers: Readonly<Record<string, NodeReader>> = {
  npm: (subject, options) => {
    const [first, ...rest] = options.operands
    const word = first === undefined ? '' : textOf(first)
    if (installWords.has(word)) return [npmInstall(subject, options, { subcommand: word, rest })]
    return otherwise('npm', word, rest)
  },
  yarn: (subject, options) => yarn(subject, options),
  pnpm: (subject, options) => pnpm(subject, options),
  bun: (subject, options) => bun(subject, options),
}

interface Call {
  readonly subcommand: string
  readonly rest: readonly ShellWord[]
}

function npmInstall(subject: Subject, options: Options, { subcommand, rest }: Call): Install {
  const clean = ['ci', 'clean-install', 'ic', 'install-clean', 'cit', 'install-ci-test'].includes(subcommand)
  const global =
    options.has('-g', '--global') || options.value('--location') === 'global' || isOn(npmConfig(subject, 'global'))
  return install('npm', subcommand, {
    ...requested(rest, 'npm'),
    locked: clean,
    production: npmProduction(subject, options),
    ...scopeOf(subject, { global, directory: options.value('--prefix', '-C') ?? npmConfig(subject, 'prefix') }),
    noScripts:
      (options.has('--ignore-scripts') && options.value('--ignore-scripts') !== 'false') ||
      isOn(npmConfig(subject, 'ignore_scripts')),
  })
}

/** npm reads its settings from variables in small letters and in capitals. */
function npmConfig(subject: Subject, name: string): string | undefined {
  return environment(subject, `npm_config_${name}`, `NPM_CONFIG_${name.toUpperCase()}`)
}

function npmProduction(subject: Subject, options: Options): boolean {
  const include = options.values('--include')
  if (include.includes('dev') || options.value('--production') === 'false' || options.value('--prod') === 'false')
    return false
  if (options.has('--dev', '--also') || options.value('--only') === 'dev') return false
  if (options.values('--omit').includes('dev') || /^prod(uction)?$/.test(options.value('--only') ?? '')) return true
  if (options.has('--production', '--prod')) return true
  if (/\bdev\b/.test(npmConfig(subject, 'include') ?? '')) return false
  const setting = npmConfig(subject, 'production')
  if (setting !== undefined) return isOn(setting)
  if (/\bdev\b/.test(npmConfig(subject, 'omit') ?? '') || npmConfig(subject, 'only')?.startsWith('prod') === true)
    return true
  return environment(subject, 'NODE_ENV') === 'production'
}

function yarn(subject: Subject, options: Options): readonly Deed[] | undefined {
  const words = options.operands.map(textOf)
  const [first = '', second = ''] = words
  const global = first === 'global'
  const word = global ? second : first
  const rest = options.operands.slice(global ? 2 : 1)
  const directory = options.value('--cwd')
  const common = { ...scopeOf(subject, { global, directory }), noScripts: yarnNoScripts(subject, options) }
  if (first === 'workspaces' && second === 'focus')
    return [
      install('yarn', 'workspaces focus', {
        what: 'manifest',
        ...common,
        production: options.has('--production'),
        locked: false,
      }),
    ]
  if (word === '' && options.has('--version', '-v', '--help', '-h')) return undefined
  if (word === '' || word === 'install' || word === 'add')
    return [
      install('yarn', word === '' ? 'install' : word, {
        ...requested(word === 'add' ? rest : [], 'yarn'),
        locked: yarnLocked(subject, options),
        production: yarnProduction(subject, options),
        ...common,
      }),
    ]
  if (word === 'cache')
    return second === 'clean' || second === 'clear' ? [{ kind: 'clean-cache', manager: 'yarn' }] : undefined
  return otherwise('yarn', word, rest)
}

function yarnLocked(subject: Subject, options: Options): boolean {
  if (options.value('--immutable') === 'false' || options.has('--no-immutable')) return false
  if (options.has('--frozen-lockfile', '--immutable', '--pure-lockfile', '--immutable-cache')) return true
  return isOn(environment(subject, 'YARN_ENABLE_IMMUTABLE_INSTALLS', 'CI'))
}

function yarnProduction(subject: Subject, options: Options): boolean {
  if (options.value('--production', '--prod') === 'false') return false
  if (options.has('--production', '--prod')) return true
  const setting = environment(subject, 'YARN_PRODUCTION', 'npm_config_production', 'NPM_CONFIG_PRODUCTION')
  if (setting !== undefined) return isOn(setting)
  // Options of the later yarn: it does not look at NODE_ENV.
  if (options.has('--immutable', '--immutable-cache', '--inline-builds', '--mode')) return false
  return environment(subject, 'NODE_ENV') === 'production'
}

function yarnNoScripts(subject: Subject, options: Options): boolean {
  return (
    options.has('--ignore-scripts') ||
    options.value('--mode') === 'skip-build' ||
    environment(subject, 'YARN_ENABLE_SCRIPTS') === 'false'
  )
}

function pnpm(subject: Subject, options: Options): readonly Deed[] | undefined {
  const [first, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  const global = options.has('-g', '--global')
  const facts = {
    production: pnpmProduction(subject, options),
    ...scopeOf(subject, { global, directory: options.value('-C', '--dir', '--prefix') }),
    noScripts: options.has('--ignore-scripts') || isOn(npmConfig(subject, 'ignore_scripts')),
  }
  if (installWords.has(word)) {
    const frozen = options.has('--frozen-lockfile') && options.value('--frozen-lockfile') !== 'false'
    const locked = word === 'ci' || frozen || (isOn(environment(subject, 'CI')) && !options.has('--no-frozen-lockfile'))
    return [install('pnpm', word, { ...requested(rest, 'pnpm'), locked, ...facts })]
  }
  // `fetch` reads nothing but the lock file; `deploy` takes from the store what the lock file says.
  if (word === 'fetch') return [install('pnpm', 'fetch', { what: 'manifest', ...facts, locked: true })]
  if (word === 'deploy') {
    const target = rest[0]
    const place = target === undefined ? {} : { scope: 'prefix' as const, directory: absolute(subject, textOf(target)) }
    return [install('pnpm', 'deploy', { what: 'manifest', ...facts, locked: true, ...place })]
  }
  if (word === 'store')
    return rest[0] !== undefined && textOf(rest[0]) === 'prune' ? [{ kind: 'clean-cache', manager: 'pnpm' }] : undefined
  return otherwise('pnpm', word, rest)
}

function pnpmProduction(subject: Subject, options: Options): boolean {
  if (options.value('--prod', '--production') === 'false' || options.has('--dev', '-D')) return false
  if (options.has('--prod', '-P', '--production')) return true
  if (options.values('--omit').includes('dev')) return true
  return environment(subject, 'NODE_ENV') === 'production'
}

function bun(subject: Subject, options: Options): readonly Deed[] | undefined {
  const [first, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  if (word === 'pm')
    return rest.some((part) => textOf(part) === 'cache') ? [{ kind: 'clean-cache', manager: 'bun' }] : undefined
  if (!installWords.has(word) && word !== 'a') return otherwise('bun', word, rest)
  return [
    install('bun', word, {
      ...requested(rest, 'bun'),
      locked: word === 'ci' || options.has('--frozen-lockfile'),
      production: options.has('--production', '-p', '--prod') || options.values('--omit').includes('dev'),
      ...scopeOf(subject, { global: options.has('-g', '--global'), directory: options.value('--cwd') }),
      noScripts: options.has('--ignore-scripts'),
    }),
  ]
}

/** What is the same for all of them; scripts are builds, and belong to another table. */
function otherwise(manager: PackageManager, word: string, rest: readonly ShellWord[]): readonly Deed[] | undefined {
  if (removeWords.has(word)) return [{ kind: 'uninstall', manager, packages: namedPackages(rest, manager) }]
  if (word === 'prune') return [{ kind: 'prune-dev', manager }]
  if (word === 'cache')
    return rest[0] !== undefined && /^(clean|clear|rm|purge)$/.test(textOf(rest[0]))
      ? [{ kind: 'clean-cache', manager }]
      : undefined
  if (word === 'update' || word === 'upgrade' || word === 'up') return [{ kind: 'upgrade', manager }]
  return undefined
}

function requested(words: readonly ShellWord[], manager: PackageManager): Pick<Install, 'what' | 'packages'> {
  const packages = namedPackages(
    words.filter((word) => textOf(word) !== '.'),
    manager,
  )
  return { what: packages.length > 0 ? 'named' : 'manifest', packages }
}

function scopeOf(
  subject: Subject,
  { global, directory }: { readonly global: boolean; readonly directory: string | undefined },
): Pick<Install, 'scope' | 'directory'> {
  if (global) return { scope: 'global' }
  const place = directory === undefined ? subject.command.cwd : absolute(subject, directory)
  const scope = directory === undefined ? 'project' : 'prefix'
  return place === undefined ? { scope } : { scope, directory: place }
}
