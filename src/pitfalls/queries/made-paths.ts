import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { StepModel } from '../facts.ts'
import { aptArchives, aptLists, cacheOf, homeOf } from './package-residue.ts'

/** Paths that an action leaves in the layer of its step, as far as they are known. Wildcards of a shell may stand in them. */
export function madePaths(step: StepModel, action: Action): readonly string[] {
  switch (action.kind) {
    case 'download':
      return action.output === undefined ? [] : [action.output]
    case 'clone':
      return [action.directory ?? `${action.command.cwd ?? ''}/${nameOfRepository(action.url)}`]
    case 'unpack':
      return action.directory === undefined ? [] : [`${action.directory}/<unpacked>`]
    case 'write':
      return action.paths
    case 'copy':
    case 'move':
      return copiedPaths(action)
    case 'refresh-index':
      return action.manager === 'apt' ? [aptLists] : present(cacheOf(step, action))
    case 'install':
      return installedPaths(step, action)
    case 'build':
      return [...action.outputs, ...buildDirectories(action), ...toolCaches(step, action.tool)]
    default:
      return []
  }
}

function present(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [path]
}

function nameOfRepository(url: string): string {
  return posix.basename(url).replace(/\.git$/, '')
}

/** A file that goes into a directory keeps its name; whether the destination is one is not always written. */
function copiedPaths({
  sources,
  destination,
}: Extract<Action, { readonly kind: 'copy' | 'move' | 'link' }>): readonly string[] {
  const inside = sources.map((source) => posix.join(destination, posix.basename(source)))
  return destination.endsWith('/') || sources.length > 1 ? inside : [destination, ...inside]
}

function installedPaths(step: StepModel, action: Extract<Action, { readonly kind: 'install' }>): readonly string[] {
  const { manager, scope, command } = action
  const caches: string[] = action.noCache
    ? []
    : present(manager === 'apt' ? aptArchives : cacheOf(step, action)).slice()
  if (scope === 'system') return [...caches, ...documentsOf(step)]
  if (manager === 'pip' && scope === 'global') return [...caches, ...ofPackages]
  caches.push(...toolCaches(step, manager))
  if (scope !== 'project') return scope === 'prefix' ? [...caches, ...present(action.directory)] : caches
  const directory = action.directory ?? command.cwd
  const tree = trees.get(manager)
  return directory === undefined || tree === undefined ? caches : [...caches, posix.join(directory, tree)]
}

/** pip compiles what it installs; many packages bring their tests. */
const ofPackages = ['__pycache__/<module>.pyc', 'tests/<module>.py', 'test/<module>.py'].map(
  (name) => `/usr/local/lib/python*/site-packages/<package>/${name}`,
)

/** Slim images keep packages from bringing manuals. */
function documentsOf({ stage: { base } }: StepModel): readonly string[] {
  if (base.variant === 'slim') return []
  return ['doc', 'man', 'info', 'locale'].map((name) => `/usr/share/${name}/<package>`)
}

/** Where compilers and build tools keep what they have fetched and made. */
function toolCaches(step: StepModel, tool: string): readonly string[] {
  const home = homeOf(step) ?? '~'
  const found = toolDirectories.get(tool) ?? []
  return found.map((path) => (path.startsWith('/') ? path : `${home}/${path}`))
}

const toolDirectories: ReadonlyMap<string, readonly string[]> = new Map([
  ['maven', ['.m2']],
  ['gradle', ['.gradle', '/home/gradle/.gradle']],
  ['cargo', ['/usr/local/cargo/registry', '/usr/local/cargo/git', '.cargo/registry']],
  ['go', ['/go/pkg/mod', '.cache/go-build', 'go/pkg/mod']],
  ['dotnet', ['.nuget/packages']],
  ['composer', ['.composer/cache', '.cache/composer']],
])

const trees: ReadonlyMap<string, string> = new Map([
  ['npm', 'node_modules'],
  ['yarn', 'node_modules'],
  ['pnpm', 'node_modules'],
  ['bun', 'node_modules'],
  ['composer', 'vendor'],
  ['poetry', '.venv'],
  ['uv', '.venv'],
  ['pdm', '.venv'],
])

/** Where tools put what they make when nobody tells them. */
function buildDirectories({
  tool,
  directory,
  command,
}: Extract<Action, { readonly kind: 'build' }>): readonly string[] {
  const root = directory ?? command.cwd
  if (root === undefined) return []
  return (outputs.get(tool) ?? []).map((name) => posix.join(root, name))
}

const web = ['dist', 'build', '.next', 'out', '.cache', '.turbo', 'coverage']

const outputs: ReadonlyMap<string, readonly string[]> = new Map([
  ['cargo', ['target']],
  ['maven', ['target']],
  ['gradle', ['build', '.gradle']],
  ['dotnet', ['bin', 'obj']],
  ['python', ['build', 'dist']],
  ...['npm', 'yarn', 'pnpm', 'bun', 'tsc', 'vite', 'next', 'webpack'].map((tool) => [tool, web] as const),
])
