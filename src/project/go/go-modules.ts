import { once } from '../../core/index.ts'
import type { GoModule } from '../project.ts'
import { directoryOf, nameOf, pathIn, type ProjectFiles } from '../project-files.ts'
import { cgoPackages, ownRoots, tlsPackages, underAny } from './known-go.ts'
import { builtOnLinux, type GoFile, isClientPackage, readGoFile } from './go-file.ts'

const most = 100
/** Of one module: beyond it, what the files before have shown decides. */
const mostFiles = 3000

/** Every go.mod of the project; the sources are read when somebody asks what they use. */
export function goModules(files: ProjectFiles): readonly GoModule[] {
  const manifests = files.named('go.mod').slice(0, most)
  const directories = new Set(manifests.map(({ path }) => directoryOf(path)))
  return manifests.flatMap(({ path }) => {
    const text = files.text(path)
    return text === undefined ? [] : [goModule(files, { directory: directoryOf(path), text, directories })]
  })
}

interface Found {
  readonly directory: string
  readonly text: string
  /** Of all modules: a module's files end where another one begins. */
  readonly directories: ReadonlySet<string>
}

function goModule(files: ProjectFiles, { directory, text, directories }: Found): GoModule {
  const goVersion = /^go[ \t]+(\d[\w.]*)/m.exec(text)?.[1]
  const used = once(() => usesOf(sourcesOf(files, directory, directories)))
  return {
    directory,
    ...(goVersion === undefined ? {} : { goVersion }),
    requires: requiredModules(text),
    hasSum: files.file(pathIn(directory, 'go.sum') ?? '')?.kind === 'file',
    get usesCgo() {
      return used().usesCgo
    },
    get usesNet() {
      return used().usesNet
    },
    get usesTls() {
      return used().usesTls
    },
    get needsZones() {
      return used().needsZones
    },
    get usesTemporary() {
      return used().usesTemporary
    },
  }
}

/** The paths in `require` lines and blocks. */
function requiredModules(text: string): readonly string[] {
  const bare = text.replace(/\/\/[^\n]*/g, '')
  const blocks = [...bare.matchAll(/^require[ \t]*\(([^)]*)\)/gm)].flatMap(([, block = '']) => block.split('\n'))
  const lines = [...bare.matchAll(/^require[ \t]+([^\s(].*)$/gm)].map(([, line = '']) => line)
  return [...blocks, ...lines].flatMap((line) => /^\s*"?([^\s"]+)"?\s+v/.exec(line)?.[1] ?? [])
}

function sourcesOf(files: ProjectFiles, directory: string, modules: ReadonlySet<string>): readonly GoFile[] {
  const prefix = directory === '' ? 0 : directory.length + 1
  const paths = files.below(directory).filter(({ path, kind }) => {
    if (kind !== 'file' || !path.endsWith('.go') || path.endsWith('_test.go')) return false
    const relative = path.slice(prefix)
    return (
      !/(?:^|\/)(?:vendor|testdata|node_modules|[._][^/]*)(?:\/|$)/.test(relative) &&
      ownerOf(path, modules) === directory
    )
  })
  return paths.slice(0, mostFiles).flatMap(({ path }) => {
    const text = files.large(path, 1 << 20)
    return text === undefined || !builtOnLinux(nameOf(path), text) ? [] : [readGoFile(text)]
  })
}

/** The nearest directory above a file that is a module. */
function ownerOf(path: string, modules: ReadonlySet<string>): string | undefined {
  for (let directory = directoryOf(path); ; directory = directoryOf(directory)) {
    if (modules.has(directory)) return directory
    if (directory === '') return undefined
  }
}

type Uses = Pick<GoModule, 'usesCgo' | 'usesNet' | 'usesTls' | 'needsZones' | 'usesTemporary'>

function usesOf(sources: readonly GoFile[]): Uses {
  const imports = new Set(sources.flatMap((source) => source.imports))
  const some = (known: readonly string[]): boolean => [...imports].some((path) => underAny(path, known))
  const asks = sources.some(({ asksOthers }) => asksOthers) && sources.some(({ namesHttps }) => namesHttps)
  return {
    usesCgo: imports.has('C') || some(cgoPackages),
    usesNet: [...imports].some(
      (path) => path === 'os/user' || path === 'net' || path.startsWith('net/http') || reachesOut(path),
    ),
    usesTls: !some(ownRoots) && (asks || sources.some(({ opensTls }) => opensTls) || some(tlsPackages)),
    needsZones: sources.some(({ asksZones }) => asksZones) && !imports.has('time/tzdata'),
    usesTemporary: sources.some(({ usesTemporary }) => usesTemporary),
  }
}

/** Packages of the standard library that bring net, and all that speak to servers. */
function reachesOut(path: string): boolean {
  return (
    /^(?:net\/(?:rpc|smtp|textproto|http)|crypto\/tls|expvar|log\/syslog|google\.golang\.org\/grpc)/.test(path) ||
    /^(?:net\/(?!url$|netip$|mail$))/.test(path) ||
    underAny(path, tlsPackages) ||
    isClientPackage(path) ||
    /^github\.com\/(?:gin-gonic|labstack\/echo|gofiber|go-chi\/chi|gorilla\/(?:mux|websocket|handlers)|jackc\/pg|lib\/pq|go-sql-driver|redis\/go-redis|go-redis|nats-io|rabbitmq|segmentio\/kafka-go|valyala\/fasthttp|spf13\/viper\/remote|prometheus\/client_golang)/.test(
      path,
    )
  )
}
