import { install } from './install.ts'
import { namedPackages } from './named-package.ts'
import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, environment, type Reader, type Subject } from './subject.ts'

/** What cargo and rustc do. */
export const rust: Reader = (subject) => {
  if (subject.program === 'cross' || subject.program === 'cargo') return cargo(subject)
  if (subject.program !== 'rustc') return undefined
  const options = readOptions(subject.words, { values: cargoValues })
  return options.operands.length === 0 ? undefined : [build(subject, options, 'rustc')]
}

const cargoValues: ReadonlySet<string> = new Set(
  `-p -j -F -Z -C -o --package --bin --target --features --profile --manifest-path --target-dir --root --version --vers --git
  --branch --tag --rev --path --jobs --recipe-path --example --color --out-dir --artifact-dir --registry --config
  --message-format --edition --crate-type --exclude --index`.split(/\s+/),
)

function cargo(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: cargoValues })
  const [first, second, ...rest] = options.operands.filter((word) => !textOf(word).startsWith('+'))
  const word = first === undefined ? '' : textOf(first)
  const next = second === undefined ? '' : textOf(second)
  const locked = options.has('--locked', '--frozen')
  const project = { scope: 'project', ...directory(subject) } as const
  switch (word) {
    case 'build':
    case 'b':
    case 'rustc':
    case 'auditable':
    case 'zigbuild':
    case 'cbuild':
      return [build(subject, options, 'cargo')]
    case 'install':
    case 'binstall':
      return [
        ...installed(subject, options, {
          subcommand: word,
          packages: [second, ...rest].filter((one) => one !== undefined),
        }),
      ]
    case 'fetch':
    case 'vendor':
      return [install('cargo', word, { what: 'manifest', locked, ...project })]
    case 'chef':
      // cook compiles the dependencies that the recipe names, and nothing of the project.
      if (next === 'cook') return [install('cargo', 'chef cook', { what: 'manifest', locked, ...project })]
      return next === 'prepare'
        ? [{ kind: 'write', paths: [absolute(subject, options.value('--recipe-path') ?? 'recipe.json')] }]
        : undefined
    case 'test':
    case 't':
    case 'nextest':
      return [{ kind: 'test', tool: 'cargo' }]
    case 'add':
      return [
        install('cargo', 'add', {
          packages: namedPackages(
            [second, ...rest].filter((one) => one !== undefined),
            'cargo',
          ),
          ...project,
        }),
      ]
    case 'update':
      return [{ kind: 'upgrade', manager: 'cargo' }]
    case 'clean':
      return [
        { kind: 'delete', paths: [absolute(subject, options.value('--target-dir') ?? 'target')], recursive: true },
      ]
    case 'cache':
      return [{ kind: 'clean-cache', manager: 'cargo' }]
    default:
      return undefined
  }
}

type Word = Subject['words'][number]

function installed(
  subject: Subject,
  options: Options,
  { subcommand, packages }: { readonly subcommand: string; readonly packages: readonly Word[] },
): readonly Deed[] {
  if (options.has('--path')) return [build(subject, options, 'cargo')]
  const version = options.value('--version', '--vers') ?? options.value('--tag', '--rev')
  const named = namedPackages(packages, 'cargo').map((one) =>
    version === undefined
      ? one
      : { ...one, version: { text: version, exact: /^=?\d+\.\d+\.\d+$|^[0-9a-f]{7,40}$|^v\d/.test(version) } },
  )
  const root = options.value('--root')
  return [
    install('cargo', subcommand, {
      packages: named,
      locked: options.has('--locked', '--frozen'),
      scope: root === undefined ? 'global' : 'prefix',
      ...(root === undefined ? {} : { directory: absolute(subject, root) }),
    }),
  ]
}

function build(subject: Subject, options: Options, tool: 'cargo' | 'rustc'): Deed {
  const target = options.value('--target') ?? environment(subject, 'CARGO_BUILD_TARGET')
  const flags = `${environment(subject, 'RUSTFLAGS') ?? ''} ${options.values('-C').join(' ')}`
  const strip = environment(subject, 'CARGO_PROFILE_RELEASE_STRIP')
  const release = options.has('--release', '-r') || options.value('--profile') !== undefined || options.has('--path')
  // A release build keeps its symbol table unless told otherwise; a debug build keeps everything.
  const told = /strip=(symbols|debuginfo)|link-arg=-s\b/.test(flags) || /^(true|symbols|debuginfo)$/.test(strip ?? '')
  const stripped = told ? true : release || tool === 'rustc' ? undefined : false
  const linked = /musl/.test(target ?? '') || /\+crt-static/.test(flags) ? true : undefined
  const outputs = options
    .values('--target-dir', '--out-dir', '--artifact-dir', '--root', '-o')
    .map((path) => absolute(subject, path))
  return {
    kind: 'build',
    tool,
    ...directory(subject),
    outputs,
    ...(stripped === undefined ? {} : { stripped }),
    ...(linked === undefined ? {} : { static: linked }),
    ...(target === undefined || target === '' ? {} : { targetArch: target }),
  }
}

function directory({ command }: Subject): { readonly directory?: string } {
  return command.cwd === undefined ? {} : { directory: command.cwd }
}
