import type { Install, PackageManager } from '../action.ts'
import { install } from './install.ts'
import { namedPackages } from './named-package.ts'
import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, environment, isOn, type Reader, type Subject, own } from './subject.ts'

/** What the managers of PHP, Ruby, .NET and Elixir do. */
export const otherLanguages: Reader = (subject) => own(readers, subject.program)?.(subject)

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  composer: (subject) => composer(subject),
  'composer.phar': (subject) => composer(subject),
  gem: (subject) => gem(subject),
  bundle: (subject) => bundle(subject),
  bundler: (subject) => bundle(subject),
  dotnet: (subject) => dotnet(subject),
  mix: (subject) => mix(subject),
}

function composer(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['-d', '--working-dir', '--prefer-install', '--ignore-platform-req']),
  })
  const all = options.operands.map(textOf)
  const global = all[0] === 'global'
  const word = all[global ? 1 : 0] ?? ''
  const packages = namedPackages(options.operands.slice(global ? 2 : 1), 'composer')
  const manager = 'composer'
  if (word === 'remove') return [{ kind: 'uninstall', manager, packages }]
  if (/^clear-?cache$|^cc$/.test(word)) return [{ kind: 'clean-cache', manager }]
  if (!['install', 'i', 'update', 'u', 'upgrade', 'require', 'create-project'].includes(word)) return undefined
  const named = word === 'require' || word === 'create-project'
  const noDev = options.has('--no-dev', '--update-no-dev') || isOn(environment(subject, 'COMPOSER_NO_DEV'))
  return [
    install(manager, word, {
      what: named ? 'named' : 'manifest',
      packages: named ? packages : [],
      // `install` takes what the lock file says.
      locked: word === 'install' || word === 'i',
      production: noDev && !options.has('--dev'),
      scope: global ? 'global' : 'project',
      ...placeOf(subject, options.value('-d', '--working-dir')),
      noCache: options.has('--no-cache') || environment(subject, 'COMPOSER_CACHE_DIR') === '/dev/null',
      noScripts: options.has('--no-scripts'),
    }),
  ]
}

function gem(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['-v', '-i', '-n', '-s', '-P', '--version', '--install-dir', '--bindir', '--source']),
  })
  const [first, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  const manager = 'gem'
  const packages = namedPackages(rest, manager)
  if (word === 'uninstall') return [{ kind: 'uninstall', manager, packages }]
  if (word === 'update') return [{ kind: 'upgrade', manager }]
  if (word === 'cleanup') return [{ kind: 'clean-cache', manager }]
  if (word !== 'install' && word !== 'i') return undefined
  const version = options.value('-v', '--version')
  const exact = version !== undefined && /^=?\s*\d[\w.]*$/.test(version)
  const into = options.value('-i', '--install-dir')
  return [
    install(manager, word, {
      packages:
        version === undefined ? packages : packages.map((one) => ({ ...one, version: { text: version, exact } })),
      scope: into === undefined ? 'global' : 'prefix',
      ...(into === undefined ? {} : { directory: absolute(subject, into) }),
    }),
  ]
}

function bundle(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['-j', '--jobs', '--retry', '--path', '--gemfile', '--without', '--with', '--binstubs']),
  })
  const [first, ...rest] = options.operands
  const word = first === undefined ? 'install' : textOf(first)
  const manager = 'bundler'
  if (first === undefined && options.has('--version', '-v', '-V', '--help')) return undefined
  if (word === 'update') return [{ kind: 'upgrade', manager }]
  if (word === 'clean') return [{ kind: 'clean-cache', manager }]
  if (word === 'add') return [install(manager, word, { packages: namedPackages(rest, manager), scope: 'project' })]
  if (word !== 'install' && word !== 'i') return undefined
  const without = `${options.value('--without') ?? ''} ${environment(subject, 'BUNDLE_WITHOUT') ?? ''} ${rest.map(textOf).join(' ')}`
  return [
    install(manager, word, {
      what: 'manifest',
      locked:
        options.has('--frozen', '--deployment') ||
        isOn(environment(subject, 'BUNDLE_FROZEN')) ||
        isOn(environment(subject, 'BUNDLE_DEPLOYMENT')),
      production: /\bdevelopment\b/.test(without) || /^production$/.test(environment(subject, 'BUNDLE_ONLY') ?? ''),
      scope: 'project',
      ...placeOf(subject, undefined),
      noCache: options.has('--no-cache'),
    }),
  ]
}

function dotnet(subject: Subject): readonly Deed[] | undefined {
  const values = new Set([
    '-o',
    '--output',
    '-r',
    '--runtime',
    '-c',
    '--configuration',
    '-a',
    '--arch',
    '--os',
    '-f',
    '--framework',
    '-v',
    '--verbosity',
    '--version',
    '--source',
    '-s',
    '--packages',
    '--tool-path',
    '--configfile',
  ])
  const options = readOptions(subject.words, { values })
  const [first, second, ...rest] = options.operands
  const word = first === undefined ? '' : textOf(first)
  const next = second === undefined ? '' : textOf(second)
  const manager = 'dotnet'
  if (word === 'restore')
    return [
      install(manager, word, {
        what: 'manifest',
        locked: options.has('--locked-mode'),
        scope: 'project',
        ...placeOf(subject, undefined),
      }),
    ]
  if (word === 'tool' && (next === 'install' || next === 'restore'))
    return [dotnetTool(subject, options, { next, rest })]
  if (word === 'nuget' && next === 'locals')
    return options.has('--clear', '-c') ? [{ kind: 'clean-cache', manager }] : undefined
  if (word === 'add')
    return [install(manager, 'add package', { packages: namedPackages(rest.slice(-1), manager), scope: 'project' })]
  if (word === 'test' || word === 'vstest') return [{ kind: 'test', tool: 'dotnet' }]
  if (word !== 'build' && word !== 'publish' && word !== 'pack' && word !== 'msbuild') return undefined
  const output = options.value('-o', '--output')
  const arch = options.value('-a', '--arch') ?? options.value('-r', '--runtime')
  return [
    {
      kind: 'build',
      tool: 'dotnet',
      script: word,
      ...placeOf(subject, undefined),
      outputs: output === undefined ? [] : [absolute(subject, output)],
      ...(arch === undefined ? {} : { targetArch: arch }),
    },
  ]
}

function dotnetTool(
  subject: Subject,
  options: Options,
  { next, rest }: { readonly next: string; readonly rest: Subject['words'] },
): Install {
  const version = options.value('--version')
  const packages = namedPackages(rest, 'dotnet').map((one) =>
    version === undefined ? one : { ...one, version: { text: version, exact: !/[*[(]/.test(version) } },
  )
  const into = options.value('--tool-path')
  const scope = into !== undefined ? 'prefix' : options.has('-g', '--global') ? 'global' : 'project'
  const directory = into === undefined ? {} : { directory: absolute(subject, into) }
  return install('dotnet', `tool ${next}`, {
    what: next === 'restore' ? 'manifest' : 'named',
    packages,
    scope,
    ...directory,
  })
}

/** `mix do a, b` and `mix do a + b` are several calls. */
function mix(subject: Subject): readonly Deed[] | undefined {
  const texts = subject.words.map(textOf)
  if (texts[0] !== 'do') return mixTask(subject, texts)
  const calls: string[][] = [[]]
  for (const text of texts.slice(1)) {
    if (text !== '+' && text !== ',') calls.at(-1)?.push(text.replace(/,$/, ''))
    if (text === '+' || text.endsWith(',')) calls.push([])
  }
  return calls.flatMap((call) => mixTask(subject, call) ?? [])
}

function mixTask(subject: Subject, [task = '', ...rest]: readonly string[]): readonly Deed[] | undefined {
  const where = placeOf(subject, undefined)
  const manager: PackageManager = 'mix'
  if (task === 'deps.get') {
    const production = rest.some(
      (word, index) => word === '--only=prod' || (word === '--only' && /^prod|^\$/.test(rest[index + 1] ?? '')),
    )
    const locked = rest.includes('--check-locked')
    return [
      install(manager, task, {
        what: 'manifest',
        locked,
        production: production || environment(subject, 'MIX_ENV') === 'prod',
        scope: 'project',
        ...where,
      }),
    ]
  }
  if (task === 'test') return [{ kind: 'test', tool: 'mix' }]
  if (/^(deps\.compile|compile|release|assets\.(deploy|build)|phx\.digest|escript\.build)$/.test(task))
    return [{ kind: 'build', tool: 'mix', script: task, ...where, outputs: [] }]
  return undefined
}

function placeOf(subject: Subject, directory: string | undefined): { readonly directory?: string } {
  const place = directory === undefined ? subject.command.cwd : absolute(subject, directory)
  return place === undefined ? {} : { directory: place }
}
