import { joinPath, resolveInRoot, type TreeView } from '../fileset/index.ts'
import { nodeAt } from './distribution.ts'
import { type FailedStep, variable } from './failed-step.ts'

/** PATH of commands that nobody gave one. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Where installers put programs without extending PATH. */
const otherPlaces: readonly string[] = [
  '/usr/local/go/bin',
  '/go/bin',
  '/root/go/bin',
  '/root/.local/bin',
  '/root/.cargo/bin',
  '/usr/local/cargo/bin',
  '/root/.bun/bin',
  '/root/.deno/bin',
  '/opt/venv/bin',
  '/venv/bin',
  '/usr/local/node/bin',
  '/opt/java/openjdk/bin',
  '/usr/lib/jvm/default-java/bin',
  '/opt/gradle/bin',
  '/opt/maven/bin',
  '/home/linuxbrew/.linuxbrew/bin',
  '/usr/local/cuda/bin',
  '/usr/games',
  '/opt/bin',
]

/** The directories in which the step looks for programs. */
export function searchPath(step: Pick<FailedStep, 'env'>): readonly string[] {
  return (variable(step, 'PATH') ?? defaultPath).split(':').filter((directory) => directory.startsWith('/'))
}

/** The absolute path of a program in PATH. */
export function programInPath(step: Pick<FailedStep, 'env' | 'tree'>, name: string): string | undefined {
  return searchPath(step)
    .map((directory) => `${directory.replace(/\/$/, '')}/${name}`)
    .find((path) => isProgram(step.tree, path))
}

/** A program of that name where PATH does not lead: in well-known places, the home of the user, or below the working directory. */
export function programElsewhere(step: FailedStep, name: string): string | undefined {
  const home = variable(step, 'HOME')
  const own = home === undefined ? [] : [`${home}/.local/bin`, `${home}/.cargo/bin`, `${home}/go/bin`]
  const near = ['node_modules/.bin', '.venv/bin', 'venv/bin', 'vendor/bin'].map((place) => `${step.cwd}/${place}`)
  const usual = searchPath({ env: [] })
  const searched = new Set(searchPath(step))
  return [...otherPlaces, ...own, ...near, ...usual]
    .filter((directory) => !searched.has(directory))
    .map((directory) => `${directory}/${name}`.replaceAll('//', '/'))
    .find((path) => isProgram(step.tree, path))
}

/** Names of all programs that PATH leads to. */
export function programNames(step: Pick<FailedStep, 'env' | 'tree'>): readonly string[] {
  return searchPath(step).flatMap((directory) => {
    const path = resolveInRoot(step.tree, directory)
    if (typeof path !== 'string') return []
    return step.tree.names(path).filter((name) => step.tree.node(joinPath(path, name))?.kind !== 'dir')
  })
}

/** Where a program of that name may be in another stage; without leading slashes. */
export function usualPlaces(name: string): readonly string[] {
  const places = [...searchPath({ env: [] }), ...otherPlaces]
  return places.map((directory) => `${directory.slice(1)}/${name}`)
}

function isProgram(tree: TreeView, path: string): boolean {
  return nodeAt(tree, path)?.kind === 'file'
}
