import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { StageModel, StepModel } from '../facts.ts'
import { isWithin, withoutSlash } from './origins.ts'
import { runSteps } from './steps.ts'

/** Installing and building in one directory of a stage: what could as well be done in a stage of its own. */
export interface Workload {
  readonly directory: string
  /** The first step that works there: the COPY of its files, else the RUN. */
  readonly first: StepModel
  readonly steps: readonly StepModel[]
  /** It installs what a manifest lists. */
  readonly installs: boolean
  readonly builds: boolean
  readonly tool: string
}

/** The directories in which some steps install packages of a language or build, in the order of the file. */
export function workloadsOf(steps: readonly StepModel[]): readonly Workload[] {
  const found = new Map<string, Workload>()
  for (const step of runSteps(steps)) {
    for (const action of step.command.actions) {
      if (action.kind !== 'build' && action.kind !== 'install') continue
      const installs = action.kind === 'install' && action.what === 'manifest' && action.scope !== 'system'
      if (action.kind === 'install' && !installs) continue
      const directory = placeOf(action)
      if (directory === undefined) continue
      const known = found.get(directory)
      found.set(directory, {
        directory,
        first: known?.first ?? firstStepIn(steps, directory) ?? step,
        steps: [...new Set([...(known?.steps ?? []), step])],
        installs: (known?.installs ?? false) || installs,
        builds: (known?.builds ?? false) || action.kind === 'build',
        tool: known?.tool ?? (action.kind === 'install' ? action.manager : action.tool),
      })
    }
  }
  return [...found.values()]
}

/** Where the manifest lies: `npm --prefix web ci` works in web, `pip install -r api/requirements.txt` in api, whatever the venv. */
function placeOf(action: Extract<Action, { readonly kind: 'build' | 'install' }>): string | undefined {
  const isNode = /^(?:npm|yarn|pnpm|bun)$/.test(action.kind === 'build' ? action.tool : action.manager)
  if (action.kind === 'build' || isNode) return action.directory ?? action.command.cwd
  const { cwd } = action.command
  const [list, ...more] = action.manager === 'pip' || action.manager === 'uv' ? action.files : []
  if (list === undefined || more.length > 0 || cwd === undefined || /^[/$~]|^\.\./.test(list)) return cwd
  return posix.join(cwd, posix.dirname(list))
}

function firstStepIn(steps: readonly StepModel[], directory: string): StepModel | undefined {
  return steps.find(
    ({ transfer }) =>
      transfer?.from.kind === 'context' &&
      (isWithin(withoutSlash(transfer.destination), directory) ||
        (transfer.sources.some(({ path }) => path === '') && isWithin(directory, transfer.destination))),
  )
}

/** The paths of the context that some steps copy or mount; `''` for all of it. */
export function contextInputs(steps: readonly StepModel[]): readonly string[] {
  return steps.flatMap(({ transfer, mounts }) => [
    ...(transfer?.from.kind === 'context'
      ? transfer.sources.map(({ path, kind }) => (kind === 'path' ? path : '<other>'))
      : []),
    ...mounts.flatMap(({ mount, source }) =>
      source?.kind === 'context' ? [(mount.source ?? '').replace(/^\.?\/?/, '')] : [],
    ),
  ])
}

/** No path of one list is one of the other, above it or below it. */
export function areApart(one: readonly string[], other: readonly string[]): boolean {
  return one.every((a) => other.every((b) => a !== '' && b !== '' && !isWithin(a, b) && !isWithin(b, a)))
}

/** Whether a text of a RUN, or where it works, has to do with a directory. */
export function mentions(step: StepModel, directory: string): boolean {
  const { start, end } = step.instruction.span
  const text = step.at.source.text.slice(start, end)
  if (new RegExp(`${escaped(directory)}(?![\\w-])`).test(text)) return true
  const parent = posix.dirname(directory)
  const isBeside = runSteps([step]).some(({ command }) =>
    command.script.commands.some(({ cwd }) => cwd !== undefined && isWithin(cwd, directory)),
  )
  const up = new RegExp(`\\.\\./(?:[\\w.-]+/)*${escaped(posix.basename(directory))}(?![\\w-])`)
  return isBeside || (parent !== directory && up.test(text))
}

/** Packages of the system that a stage installs: those that come behind may need them. */
export function installsSystemPackages(stage: StageModel): boolean {
  return runSteps(stage.steps).some(({ command }) =>
    command.actions.some(
      (action) => action.kind === 'install' && (action.scope === 'system' || action.scope === 'global'),
    ),
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
