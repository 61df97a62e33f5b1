import { defaultPath, type StartedCommand } from '../../diagnose/index.ts'
import { resolveInRoot, type TreeView } from '../../fileset/index.ts'

/**
 * Why a container's command could not be started, when its exit code (126, 127) may mean that and the image shows it.
 * Undefined for commands that ran, and where a volume may hold the program.
 */
export function startProblem(
  { argv, env, cwd, beside }: StartedCommand,
  exitCode: number,
  tree: TreeView,
): string | undefined {
  const [program = ''] = argv
  if (exitCode !== 126 && exitCode !== 127) return undefined
  const places = candidates(program, env, cwd)
  if (places.some((place) => beside.some((target) => place === target || place.startsWith(`${target}/`))))
    return undefined
  const nodes = places.map((place) => nodeAt(tree, place)).filter((node) => node !== undefined)
  if (nodes.length === 0) {
    return program.includes('/')
      ? `there is no ${program} in the image`
      : `there is no ${program} in the PATH of the image`
  }
  const [node] = nodes
  if (node?.kind === 'dir') return `${program} is a directory`
  if (nodes.every((one) => (one.mode & 0o111) === 0)) return `${program} is not executable`
  return undefined
}

function candidates(program: string, env: readonly string[], cwd: string): readonly string[] {
  if (program.startsWith('/')) return [program]
  if (program.includes('/')) return [`${cwd === '/' ? '' : cwd}/${program}`]
  const search = env.findLast((pair) => pair.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath
  return search
    .split(':')
    .filter((directory) => directory !== '')
    .map((directory) => `${directory.replace(/\/$/, '')}/${program}`)
}

function nodeAt(tree: TreeView, place: string): ReturnType<TreeView['node']> {
  const path = resolveInRoot(tree, place)
  return typeof path === 'string' ? tree.node(path) : undefined
}
