import { install } from './install.ts'
import { namedPackages } from './named-package.ts'
import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, environment, type Reader, type Subject, writtenEnvironment, own } from './subject.ts'

/** What the go command does. */
export const go: Reader = (subject) => {
  if (!/^go(\d+(\.\d+)*)?$/.test(subject.program)) return undefined
  const [first, ...others] = subject.words
  const options = readOptions(others, { values: goValues, singleDash: true })
  return own(readers, first === undefined ? '' : textOf(first))?.(subject, options)
}

const goValues: ReadonlySet<string> = new Set(
  `-o -ldflags -gcflags -asmflags -tags -mod -p -buildmode -C -run -count -timeout -pkgdir -exec -overlay -modfile -toolexec
  -coverprofile -covermode -gccgoflags -installsuffix -parallel -pgo`.split(/\s+/),
)

const readers: Readonly<Record<string, (subject: Subject, options: Options) => readonly Deed[] | undefined>> = {
  mod: (subject, { operands }) => {
    const word = operands[0] === undefined ? '' : textOf(operands[0])
    if (word !== 'download' && word !== 'vendor' && word !== 'tidy') return undefined
    const packages = word === 'download' ? namedPackages(operands.slice(1), 'go') : []
    return [
      install('go', `mod ${word}`, {
        what: packages.length > 0 ? 'named' : 'manifest',
        packages,
        // go.sum must have every module; tidy writes it anew.
        locked: word !== 'tidy',
        ...place(subject),
      }),
    ]
  },
  get: (subject, { operands }) => {
    const packages = namedPackages(
      operands.filter((word) => !/^\.{1,2}(\/|$)/.test(textOf(word))),
      'go',
    )
    return [install('go', 'get', { what: packages.length > 0 ? 'named' : 'manifest', packages, ...place(subject) })]
  },
  install: (subject, options) => {
    const named = options.operands.filter((word) => textOf(word).includes('@'))
    if (named.length === 0) return [build(subject, options)]
    return [install('go', 'install', { packages: namedPackages(named, 'go'), scope: 'global' })]
  },
  build: (subject, options) => [build(subject, options)],
  generate: (subject) => [{ kind: 'build', tool: 'go', script: 'generate', ...directory(subject), outputs: [] }],
  test: () => [{ kind: 'test', tool: 'go' }],
  clean: (_, options) => (options.has('-modcache', '-cache') ? [{ kind: 'clean-cache', manager: 'go' }] : undefined),
}

function build(subject: Subject, options: Options): Deed {
  const flags = environment(subject, 'GOFLAGS') ?? ''
  const linker = `${options.values('-ldflags').join(' ')} ${/-ldflags=.*/.exec(flags)?.[0] ?? ''}`
  const output = options.value('-o')
  const into = options.value('-C')
  const cgo = environment(subject, 'CGO_ENABLED')
  const stripped = /(^|[\s'"=])-[sw](?=\s|['"]|$)/.test(linker) ? true : undefined
  const linked = cgo === '0' || /-static\b/.test(linker) ? true : cgo === '1' ? false : undefined
  const arch = writtenEnvironment(subject, 'GOARCH')
  return {
    kind: 'build',
    tool: 'go',
    ...(into === undefined ? directory(subject) : { directory: absolute(subject, into) }),
    outputs: output === undefined ? [] : [absolute(subject, output)],
    ...(stripped === undefined ? {} : { stripped }),
    ...(linked === undefined ? {} : { static: linked }),
    ...(arch === undefined || arch === '' ? {} : { targetArch: arch }),
  }
}

function directory({ command }: Subject): { readonly directory?: string } {
  return command.cwd === undefined ? {} : { directory: command.cwd }
}

function place(subject: Subject): { readonly scope: 'project'; readonly directory?: string } {
  return { scope: 'project', ...directory(subject) }
}
