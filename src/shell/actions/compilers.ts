import type { Build } from '../action.ts'
import { readOptions, textOf } from './options.ts'
import { absolute, type Deed, type Reader, type Subject, own } from './subject.ts'

/** What compilers and the builders of machine code do: gcc and clang with their cross prefixes, make, cmake, zig, swift … */
export const compilers: Reader = (subject) => {
  const compiler = /^(?:(.+?)-)?(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|tcc|ld|c99)(?:-[\d.]+)?$/.exec(
    subject.program,
  )
  if (compiler !== null) return compile(subject, { prefix: compiler[1], tool: compiler[2] ?? 'cc' })
  return own(readers, subject.program)?.(subject)
}

const compilerValues: ReadonlySet<string> = new Set(
  `-o -I -L -include -x -target -isystem -MF -MT -T -arch -Xlinker -z`.split(/\s+/),
)

function compile(
  subject: Subject,
  { prefix, tool }: { readonly prefix: string | undefined; readonly tool: string },
): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: compilerValues, singleDash: true })
  const output = options.value('-o')
  if (options.operands.length === 0 && output === undefined) return undefined
  const stripped = options.has('-s', '-Wl,-s', '-Wl,--strip-all')
    ? true
    : options.has('-g', '-ggdb', '-g3')
      ? false
      : undefined
  const arch = options.value('--target', '-target') ?? prefix
  return [
    build(subject, tool, {
      outputs: output === undefined ? [] : [absolute(subject, output)],
      ...(stripped === undefined ? {} : { stripped }),
      ...(options.has('-static', '--static', '-static-pie') ? { static: true } : {}),
      ...(arch === undefined ? {} : { targetArch: arch }),
    }),
  ]
}

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  make: (subject) => make(subject),
  gmake: (subject) => make(subject),
  cmake: (subject) => cmake(subject),
  ctest: () => [{ kind: 'test', tool: 'ctest' }],
  ninja: (subject) => make(subject),
  samu: (subject) => make(subject),
  meson: (subject) => bySubcommand(subject, /^(setup|compile|install)$/, /^test$/),
  bazel: (subject) => bySubcommand(subject, /^build$/, /^(test|coverage)$/),
  configure: (subject) => [build(subject, 'configure', { outputs: readOptions(subject.words).values('--prefix') })],
  'autogen.sh': (subject) => [build(subject, 'autotools', { outputs: [] })],
  autoreconf: (subject) => [build(subject, 'autotools', { outputs: [] })],
  zig: (subject) => zig(subject),
  swift: (subject) => bySubcommand(subject, /^build$/, /^test$/),
  stack: (subject) => bySubcommand(subject, /^(build|install)$/, /^test$/),
  cabal: (subject) => bySubcommand(subject, /^(build|install|v2-build|v2-install)$/, /^(test|v2-test)$/),
  ghc: (subject) => plain(subject, ['-o', '-outputdir']),
  crystal: (subject) => bySubcommand(subject, /^build$/, /^spec$/),
  shards: (subject) => bySubcommand(subject, /^build$/, /^$/),
  dart: (subject) => bySubcommand(subject, /^compile$/, /^test$/),
  flutter: (subject) => bySubcommand(subject, /^build$/, /^test$/),
  nim: (subject) => bySubcommand(subject, /^(c|cc|cpp|compile)$/, /^$/),
  nimble: (subject) => bySubcommand(subject, /^(build|install)$/, /^test$/),
  deno: (subject) => bySubcommand(subject, /^(compile|bundle)$/, /^test$/),
  dune: (subject) => bySubcommand(subject, /^(build|install)$/, /^(test|runtest)$/),
  rebar3: (subject) => bySubcommand(subject, /^(compile|release|tar|as)$/, /^(eunit|ct)$/),
  protoc: (subject) => [build(subject, 'protoc', { outputs: [] })],
}

/** `make test` and `make clean` make nothing of the source; everything else is taken for a build. */
function make(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['-C', '-f', '-I', '-j', '-l', '-o', '-W', '--directory', '--file']),
  })
  const targets = options.operands.map(textOf).filter((word) => !word.includes('=') && !/^\d+$/.test(word))
  if (options.has('--version', '-v', '--help', '-h')) return undefined
  const tests = targets.filter((target) => /^(test|check|tests)\b/.test(target))
  const others = targets.filter(
    (target) => !tests.includes(target) && !/^(clean|distclean|mrproper|help|lint|fmt|format)$/.test(target),
  )
  const directory = options.value('-C', '--directory')
  const deeds: Deed[] = []
  const script = others.length === 0 ? {} : { script: others.join(' ') }
  if (targets.length === 0 || others.length > 0)
    deeds.push(
      build(subject, subject.program === 'gmake' ? 'make' : subject.program, { outputs: [], ...script }, directory),
    )
  if (tests.length > 0) deeds.push({ kind: 'test', tool: subject.program })
  return deeds
}

function cmake(subject: Subject): readonly Deed[] | undefined {
  const values = new Set([
    '-B',
    '-S',
    '-D',
    '-G',
    '-j',
    '--build',
    '--install',
    '--prefix',
    '--target',
    '-t',
    '--config',
    '--parallel',
    '--preset',
  ])
  const options = readOptions(subject.words, { values })
  if (options.has('--version', '--help', '-E', '-P')) return undefined
  const directory = options.value('--build', '--install', '-S') ?? options.operands.map(textOf)[0]
  const outputs = options.values('-B', '--prefix').map((path) => absolute(subject, path))
  const linked = options.values('-D').some((value) => /LINKER_FLAGS[^=]*=.*-static(?![\w-])/.test(value))
    ? { static: true }
    : {}
  return [build(subject, 'cmake', { outputs, ...linked }, directory)]
}

function zig(subject: Subject): readonly Deed[] | undefined {
  const [first, ...rest] = subject.words
  const word = first === undefined ? '' : textOf(first)
  if (word === 'cc' || word === 'c++') return compile({ ...subject, words: rest }, { prefix: undefined, tool: 'zig' })
  return bySubcommand(subject, /^(build|build-exe|build-lib)$/, /^test$/)
}

function bySubcommand(subject: Subject, builds: RegExp, tests: RegExp): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: new Set(['-o', '--output', '-c', '--configuration', '-C']) })
  const script = options.operands[0] === undefined ? '' : textOf(options.operands[0])
  if (script !== '' && tests.test(script)) return [{ kind: 'test', tool: subject.program }]
  if (!builds.test(script)) return undefined
  const outputs = options.values('-o', '--output').map((path) => absolute(subject, path))
  const linked = options.has('--static', '--static-swift-stdlib', '-static-stdlib', '-static-executable')
    ? { static: true }
    : {}
  return [build(subject, subject.program, { script, outputs, ...linked })]
}

function plain(subject: Subject, outputs: readonly string[]): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: new Set(outputs), singleDash: true })
  if (options.operands.length === 0) return undefined
  const linked = options.has('-static', '-optl-static') ? { static: true } : {}
  return [
    build(subject, subject.program, {
      outputs: options.values(...outputs).map((path) => absolute(subject, path)),
      ...linked,
    }),
  ]
}

function build(
  subject: Subject,
  tool: string,
  facts: Omit<Build, 'kind' | 'tool' | 'directory'>,
  directory?: string,
): Build {
  const place = directory === undefined ? subject.command.cwd : absolute(subject, directory)
  return { kind: 'build', tool, ...(place === undefined ? {} : { directory: place }), ...facts }
}
