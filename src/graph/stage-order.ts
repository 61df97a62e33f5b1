import type { Diagnostic } from '../core/index.ts'
import { type Draft, type DraftStage, stepsOf, usesOf } from './draft.ts'
import { errorDiagnostic } from './notices.ts'
import type { TreeSource } from './stage-graph.ts'

/** The stages that `target` needs, itself included. */
export function reachableFrom(draft: Draft, target: number): ReadonlySet<number> {
  const reached = new Set<number>()
  const open = target >= 0 ? [target] : []
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const stage = draft.stages[next]
    if (stage === undefined || reached.has(next)) continue
    reached.add(next)
    for (const source of [stage.base, ...usesOf(stage)]) if (source.kind === 'stage') open.push(source.stage)
  }
  return reached
}

/** Stages that wait for each other, anywhere in the file; one diagnostic per circle. */
export function findCircles(draft: Draft): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const done = new Set<number>()
  const visit = (stage: number, path: readonly number[]): void => {
    const start = path.indexOf(stage)
    if (start >= 0) {
      diagnostics.push(circle(draft, path.slice(start)))
      return
    }
    if (done.has(stage)) return
    for (const source of dependencies(draft, stage)) visit(source, [...path, stage])
    done.add(stage)
  }
  for (const stage of draft.stages) visit(stage.index, [])
  return diagnostics
}

/** Uses of stages that stand further down, in the stages that will be built. */
export function findLaterStages(draft: Draft, reachable: ReadonlySet<number>): readonly Diagnostic[] {
  return draft.stages
    .filter((stage) => reachable.has(stage.index))
    .flatMap((stage) => [
      ...(isLater(draft, stage.base, stage.index) ? [laterBase(draft, stage)] : []),
      ...stepsOf(stage).flatMap((step) => {
        const later = step.uses.find((use) => isLater(draft, use, stage.index))
        if (later?.kind !== 'stage') return []
        const used = draft.stages[later.stage]
        const message = `stage ${label(draft, later.stage)} must stand before the stage that uses it`
        const related = used === undefined ? [] : [{ note: 'defined here', at: used.at }]
        return [errorDiagnostic('circular-stages', { message, at: step.at, related: [...related, ...step.related] })]
      }),
    ])
}

/** Only a build context can name a later stage as a base: FROM itself finds those above it. */
function laterBase(draft: Draft, { at, base }: DraftStage): Diagnostic {
  const message = `stage ${label(draft, base.kind === 'stage' ? base.stage : -1)} must stand before the stage that starts from it`
  return errorDiagnostic('circular-stages', { message, at })
}

function isLater(draft: Draft, use: TreeSource | undefined, stage: number): boolean {
  return use?.kind === 'stage' && use.stage >= stage && draft.stages[use.stage]?.overridden === false
}

function dependencies(draft: Draft, index: number): readonly number[] {
  const stage = draft.stages[index]
  if (stage === undefined) return []
  return [stage.base, ...usesOf(stage)].flatMap((source) => (source.kind === 'stage' ? [source.stage] : []))
}

function circle(draft: Draft, path: readonly number[]): Diagnostic {
  const names = [...path, path[0] as number].map((stage) => label(draft, stage))
  const message =
    path.length === 1 ? `stage ${names[0]} copies from itself` : `stages depend on each other: ${names.join(' -> ')}`
  const places = path.map((stage, position) => {
    const next = path[(position + 1) % path.length] as number
    const step = draft.stages[stage]?.own.find((one) =>
      one.uses.some((use) => use?.kind === 'stage' && use.stage === next),
    )
    return step?.at ?? (draft.stages[stage] as { at: Diagnostic['at'] }).at
  })
  const [at, ...others] = places as [Diagnostic['at'], ...Diagnostic['at'][]]
  return errorDiagnostic('circular-stages', {
    message,
    at,
    related: others.map((place) => ({ note: 'and here', at: place })),
  })
}

function label(draft: Draft, index: number): string {
  return draft.stages[index]?.name ?? `stage-${index}`
}
