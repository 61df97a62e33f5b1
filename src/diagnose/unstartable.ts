import type { TreeView } from '../fileset/index.ts'
import { foreignProgram, withoutInterpreter } from './cases/start-failure.ts'
import { absolutePath, type Explanation, type FailedStep } from './failed-step.ts'
import { missingInterpreter } from './missing-interpreter.ts'
import { programInPath, searchPath } from './programs.ts'

/** A command, and where something is mounted: programs below those directories are not looked at. */
export interface StartedCommand extends Pick<FailedStep, 'argv' | 'env' | 'cwd'> {
  readonly beside: readonly string[]
}

/**
 * Why the program of a command cannot be started: its loader or interpreter is missing, or it is for a machine that this one
 * does not run. To be asked before it is tried, because runtimes say it each in their own way, one of them in JSON, and with
 * exit codes that mean something else. `architecture` is that of a program for another machine. Undefined when nothing stands
 * against it, or a mount may bring what is missing.
 */
export function unstartable(
  { argv, env, cwd, beside }: StartedCommand,
  tree: TreeView,
  machine: FailedStep['machine'],
): (Explanation & { readonly architecture?: string }) | undefined {
  const [name = ''] = argv
  const program = placeOf(name, { env, cwd, tree })
  if (program === undefined) return undefined
  const missing = missingInterpreter(tree, program)
  const needed = [...possiblePlaces(name, env), program, ...(missing === undefined ? [] : [missing.path])]
  if (needed.some((path) => isBelow(path, beside))) return undefined
  return missing === undefined ? foreignProgram({ tree, machine }, program) : withoutInterpreter(program, missing)
}

function placeOf(name: string, { env, cwd, tree }: Pick<FailedStep, 'env' | 'cwd' | 'tree'>): string | undefined {
  return name.includes('/') ? absolutePath({ cwd }, name) : programInPath({ env, tree }, name)
}

function possiblePlaces(name: string, env: readonly string[]): readonly string[] {
  return name.includes('/') ? [] : searchPath({ env }).map((directory) => `${directory}/${name}`)
}

function isBelow(path: string, directories: readonly string[]): boolean {
  return directories.some((directory) => path === directory || path.startsWith(`${directory.replace(/\/$/, '')}/`))
}
