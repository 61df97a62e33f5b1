import type { Install, NamedPackage, PackageManager } from '../action.ts'
import type { ShellWord } from '../command.ts'
import { install } from './install.ts'
import { namedPackages } from './named-package.ts'
import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, environment, isOn, type Reader, type Subject, own } from './subject.ts'

/** What pip, uv, poetry, pipenv, pdm and conda do. */
export const pythonPackages: Reader = (subject) => {
  if (/^pip[\d.]*$/.test(subject.program)) return pip({ subject, words: subject.words, manager: 'pip' })
  return own(readers, subject.program)?.(subject)
}

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  uv: (subject) => uv(subject),
  poetry: (subject) => poetry(subject),
  pipenv: (subject) => pipenv(subject),
  pdm: (subject) => pdm(subject),
  conda: (subject) => conda(subject),
  mamba: (subject) => conda(subject),
  micromamba: (subject) => conda(subject),
  'pip-sync': (subject) => {
    const files = readOptions(subject.words, { values: pipValues }).operands.map(textOf)
    return [install('pip', 'sync', { what: 'manifest', files, scope: 'global' })]
  },
}

const pipValues: ReadonlySet<string> = new Set(
  `-r -c -e -t -i -f -d -w -p -C -b --requirement --requirements --constraint --constraints --editable --target --prefix --root
  --index-url --extra-index-url --index --default-index --find-links --cache-dir --timeout --retries --trusted-host --python
  --platform --only-binary --no-binary --progress-bar --proxy --upgrade-strategy --python-version --abi --implementation --src
  --log --dest --wheel-dir --cert --config-settings --global-option --install-option --report --group --extra --only-group
  --no-group --package --link-mode --resolution --directory --project --no-install-package --env-file --default-timeout
  --exists-action --override --build-constraint --index-strategy --keyring-provider --python-platform --upgrade-package -P`.split(
    /\s+/,
  ),
)

interface PipCall {
  readonly subject: Subject
  readonly words: readonly ShellWord[]
  readonly manager: PackageManager
}

function pip({ subject, words, manager }: PipCall): readonly Deed[] | undefined {
  const options = readOptions(words, { values: pipValues })
  const [first, ...rest] = options.operands
  const subcommand = first === undefined ? '' : textOf(first)
  if (subcommand === 'uninstall') return [{ kind: 'uninstall', manager, packages: namedPackages(rest, manager) }]
  if (subcommand === 'cache')
    return rest.length > 0 && textOf(rest[0] as ShellWord) === 'purge' ? [{ kind: 'clean-cache', manager }] : undefined
  if (!['install', 'wheel', 'download', 'sync'].includes(subcommand)) return undefined
  const packages = namedPackages(
    rest.filter((word) => !isLocal(textOf(word))),
    manager,
  )
  const named = subcommand === 'sync' ? [] : packages
  const files = [
    ...options.values('-r', '--requirement', '--requirements', '-c', '--constraint', '--constraints'),
    ...(subcommand === 'sync' ? rest.map(textOf) : []),
  ]
  return [
    install(manager, subcommand, {
      what: named.length > 0 ? 'named' : 'manifest',
      packages: named,
      files,
      locked: options.has('--require-hashes') || isOn(environment(subject, 'PIP_REQUIRE_HASHES', 'UV_REQUIRE_HASHES')),
      ...pipScope(subject, options, { manager, subcommand }),
      noCache: pipNoCache(subject, options, manager),
    }),
  ]
}

/** The project itself, wheels and directories: `.`, `.[dev]`, `./lib`, `/wheels/*`. */
function isLocal(text: string): boolean {
  return /^(\.{0,2}\/|\.(\[|$)|file:)/.test(text) || /\.(whl|tar\.gz|zip)(\[.*\])?$/.test(text) || /^\.\.?$/.test(text)
}

/** Any value of PIP_NO_CACHE_DIR switches pip's cache off, `0` too: pip keeps that for old files. */
function pipNoCache(subject: Subject, options: Options, manager: PackageManager): boolean {
  if (manager === 'uv')
    return options.has('--no-cache', '--no-cache-dir', '-n') || isOn(environment(subject, 'UV_NO_CACHE'))
  return options.has('--no-cache-dir') || (environment(subject, 'PIP_NO_CACHE_DIR') ?? '') !== ''
}

function pipScope(
  subject: Subject,
  options: Options,
  { manager, subcommand }: { readonly manager: PackageManager; readonly subcommand: string },
): Pick<Install, 'scope' | 'directory'> {
  const into = subcommand === 'install' ? undefined : options.value('-w', '-d', '--wheel-dir', '--dest')
  const target =
    into ?? options.value('-t', '--target', '--prefix', '--root') ?? environment(subject, 'PIP_TARGET', 'PIP_PREFIX')
  if (target !== undefined) return { scope: 'prefix', directory: absolute(subject, target) }
  if (subcommand === 'wheel' || subcommand === 'download') return { scope: 'prefix', ...cwdOf(subject) }
  if (options.has('--user') || isOn(environment(subject, 'PIP_USER'))) return { scope: 'user' }
  if (manager === 'uv' && (options.has('--system') || isOn(environment(subject, 'UV_SYSTEM_PYTHON'))))
    return { scope: 'global' }
  const environmentDirectory = virtualEnvironment(subject)
  if (environmentDirectory !== undefined) return { scope: 'project', directory: environmentDirectory }
  return { scope: manager === 'uv' ? 'project' : 'global' }
}

/** The virtual environment that a command works in: its program lies there, or it is active. */
function virtualEnvironment(subject: Subject): string | undefined {
  const program = subject.command.programWord
  const match = /^(.*(?:env|venv)[^/]*)\/bin\/[^/]+$/.exec(program === undefined ? '' : textOf(program))
  if (match?.[1] !== undefined) return absolute(subject, match[1])
  const active = environment(subject, 'VIRTUAL_ENV', 'UV_PROJECT_ENVIRONMENT')
  if (active !== undefined && active !== '') return active
  return /^(\/[^:]*env[^:/]*)\/bin(?=:|$)/.exec(environment(subject, 'PATH') ?? '')?.[1]
}

function cwdOf({ command }: Subject): { readonly directory?: string } {
  return command.cwd === undefined ? {} : { directory: command.cwd }
}

function uv(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: pipValues })
  const [first, second, ...rest] = options.operands.map((word) => word)
  const word = first === undefined ? '' : textOf(first)
  const next = second === undefined ? '' : textOf(second)
  const manager = 'uv'
  const noCache = pipNoCache(subject, options, manager)
  if (word === 'pip') return pip({ subject, words: subject.words.filter((one) => one !== first), manager })
  if (word === 'cache') return next === 'clean' || next === 'prune' ? [{ kind: 'clean-cache', manager }] : undefined
  if (word === 'tool' && next === 'install')
    return [install(manager, 'tool install', { packages: namedPackages(rest, manager), scope: 'global', noCache })]
  const packages = namedPackages(options.operands.slice(1), manager)
  if (word === 'remove') return [{ kind: 'uninstall', manager, packages }]
  if (word !== 'sync' && word !== 'add') return undefined
  const project = options.value('--directory', '--project')
  const where = project === undefined ? cwdOf(subject) : { directory: absolute(subject, project) }
  return [
    install(manager, word, {
      what: word === 'add' && packages.length > 0 ? 'named' : 'manifest',
      packages: word === 'add' ? packages : [],
      files: options.values('-r', '--requirements'),
      locked: options.has('--frozen', '--locked') || isOn(environment(subject, 'UV_FROZEN', 'UV_LOCKED')),
      production:
        options.has('--no-dev', '--no-default-groups') ||
        options.values('--no-group').includes('dev') ||
        isOn(environment(subject, 'UV_NO_DEV')),
      scope: 'project',
      ...where,
      noCache,
    }),
  ]
}

/** Groups that are asked for or left out: `--only main`, `--without dev,test`. */
function groups(options: Options, ...names: readonly string[]): readonly string[] {
  return options.values(...names).flatMap((value) => value.split(/[, ]+/))
}

function poetry(subject: Subject): readonly Deed[] | undefined {
  const values = new Set([
    '-C',
    '-P',
    '-E',
    '-G',
    '-f',
    '-o',
    '--only',
    '--with',
    '--without',
    '--extras',
    '--group',
    '--directory',
    '--project',
    '--format',
    '--output',
  ])
  const options = readOptions(subject.words, { values })
  const [first, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  const manager = 'poetry'
  const packages = namedPackages(rest, manager)
  if (word === 'remove') return [{ kind: 'uninstall', manager, packages }]
  if (word === 'update') return [{ kind: 'upgrade', manager }]
  if (word === 'cache') return [{ kind: 'clean-cache', manager }]
  if (word === 'build') return [{ kind: 'build', tool: 'poetry', ...cwdOf(subject), outputs: [] }]
  if (word === 'export') {
    const output = options.value('-o', '--output')
    return output === undefined ? undefined : [{ kind: 'write', paths: [absolute(subject, output)] }]
  }
  if (word !== 'install' && word !== 'sync' && word !== 'add') return undefined
  const only = groups(options, '--only')
  const production =
    options.has('--no-dev', '--only-root') ||
    (only.length > 0 && !only.some((group) => /^(dev|test)/.test(group))) ||
    groups(options, '--without').includes('dev')
  const project = options.value('-C', '-P', '--directory', '--project')
  return [
    install(manager, word, {
      what: word === 'add' ? 'named' : 'manifest',
      packages: word === 'add' ? packages : [],
      // With a lock file it installs what that says, and fails when the manifest has moved on.
      locked: word !== 'add',
      production,
      scope: isOff(environment(subject, 'POETRY_VIRTUALENVS_CREATE')) ? 'global' : 'project',
      ...(project === undefined ? cwdOf(subject) : { directory: absolute(subject, project) }),
      noCache: options.has('--no-cache'),
    }),
  ]
}

function isOff(value: string | undefined): boolean {
  return value !== undefined && value !== '' && !isOn(value)
}

function pipenv(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['--python', '-r', '--requirements', '-i', '--index', '--categories', '--extra-pip-args']),
  })
  const [first, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  const manager = 'pipenv'
  const packages: readonly NamedPackage[] = namedPackages(rest, manager)
  if (word === 'uninstall') return [{ kind: 'uninstall', manager, packages }]
  if (word === 'requirements' || (word !== 'install' && word !== 'sync')) return undefined
  return [
    install(manager, word, {
      what: packages.length > 0 ? 'named' : 'manifest',
      packages,
      files: options.values('-r', '--requirements'),
      locked: word === 'sync' || options.has('--deploy', '--ignore-pipfile'),
      production: !options.has('--dev', '-d'),
      scope: options.has('--system') || isOn(environment(subject, 'PIPENV_SYSTEM')) ? 'global' : 'project',
      ...cwdOf(subject),
      noCache: (environment(subject, 'PIP_NO_CACHE_DIR') ?? '') !== '',
    }),
  ]
}

function pdm(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['-p', '-G', '-L', '--project', '--group', '--without', '--lockfile', '--venv']),
  })
  const [first, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  const manager = 'pdm'
  const packages = namedPackages(rest, manager)
  if (word === 'remove') return [{ kind: 'uninstall', manager, packages }]
  if (word === 'cache') return [{ kind: 'clean-cache', manager }]
  if (word !== 'install' && word !== 'sync' && word !== 'add') return undefined
  return [
    install(manager, word, {
      what: word === 'add' ? 'named' : 'manifest',
      packages: word === 'add' ? packages : [],
      locked:
        word === 'sync' ||
        options.has('--frozen-lockfile', '--no-lock', '--check') ||
        isOn(environment(subject, 'PDM_FROZEN_LOCKFILE')),
      production: options.has('--prod', '--production', '--no-default') || groups(options, '--without').includes('dev'),
      scope: options.has('-g', '--global') ? 'global' : 'project',
      ...cwdOf(subject),
    }),
  ]
}

function conda(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set([
      '-n',
      '-c',
      '-f',
      '-p',
      '-r',
      '--name',
      '--channel',
      '--file',
      '--prefix',
      '--root-prefix',
      '--solver',
    ]),
  })
  const words = options.operands.map(textOf)
  const [first = '', second = ''] = words
  const manager = 'conda'
  const ofEnvironment = first === 'env'
  const word = ofEnvironment ? second : first
  const packages = namedPackages(options.operands.slice(ofEnvironment ? 2 : 1), manager)
  if (word === 'clean') return [{ kind: 'clean-cache', manager }]
  if (word === 'remove' || word === 'uninstall') return [{ kind: 'uninstall', manager, packages }]
  if (!ofEnvironment && (word === 'update' || word === 'upgrade')) return [{ kind: 'upgrade', manager }]
  if (word !== 'install' && word !== 'create' && !(ofEnvironment && word === 'update')) return undefined
  const files = options.values('-f', '--file')
  return [
    install(manager, ofEnvironment ? `env ${word}` : word, {
      what: files.length > 0 || ofEnvironment ? 'manifest' : 'named',
      packages: ofEnvironment ? [] : packages,
      files,
      scope: 'global',
      assumeYes: options.has('-y', '--yes', '-q') || ofEnvironment || isOn(environment(subject, 'CONDA_ALWAYS_YES')),
    }),
  ]
}
