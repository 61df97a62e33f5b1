import { type Digest, SlipwayError } from '../core/index.ts'
import type { BuildPlan } from '../plan/index.ts'
import type { StepContext, VertexResult } from './step.ts'

/** What the search for a better source may look at. */
export interface Finished {
  readonly plan: BuildPlan
  /** What vertices left behind, cached ones included. */
  readonly results: ReadonlyMap<Digest, VertexResult>
}

/** The error with the instruction's place, and the stages that have what the instruction lacked. */
export async function explained(cause: unknown, context: StepContext, finished: Finished): Promise<unknown> {
  if (!(cause instanceof SlipwayError)) return cause
  const found = await foundElsewhere(cause, context, finished)
  if (found === undefined) return cause.locatedAt(context.vertex.origin)
  return new SlipwayError(cause.code, cause.message, {
    at: cause.at.length > 0 ? cause.at : context.vertex.origin,
    hint: cause.hint === undefined ? found.hint : `${cause.hint}${found.separator}${found.hint}`,
    notes: cause.notes,
    wanted: cause.wanted,
    cause,
  })
}

interface Found {
  readonly hint: string
  readonly separator: string
}

async function foundElsewhere(
  cause: SlipwayError,
  context: StepContext,
  finished: Finished,
): Promise<Found | undefined> {
  if (cause.code === 'context-path-missing') {
    const stages = await stagesHaving(context, finished)
    if (stages.length === 0) return undefined
    const names = stages.map((stage) => `stage ${stage}`).join(', ')
    return { hint: `it exists in ${names}: did you mean --from=${stages[0]}?`, separator: '; ' }
  }
  if (cause.wanted.length === 0) return undefined
  for (const [stage, result] of otherStages(context, finished)) {
    const path = await context.ports.engine.find(result.tree, cause.wanted).catch(() => undefined)
    if (path !== undefined)
      return { hint: `stage ${stage} has it: COPY --from=${stage} /${path} /${path}`, separator: '\n' }
  }
  return undefined
}

/** The last finished state of every other stage. */
function otherStages({ vertex }: StepContext, { plan, results }: Finished): ReadonlyMap<string, VertexResult> {
  const stages = new Map<string, VertexResult>()
  for (const one of plan.vertices.values()) {
    const result = results.get(one.digest)
    if (one.stage === undefined || one.stage === vertex.stage || result?.layer === undefined) continue
    stages.set(one.stage, result)
  }
  return stages
}

async function stagesHaving(context: StepContext, finished: Finished): Promise<readonly string[]> {
  const { op } = context.vertex
  if (op.kind !== 'copy') return []
  const patterns = op.sources.flatMap((source) => (source.kind === 'path' ? [source.pattern] : []))
  const selection = { patterns, exclude: [], parents: false, literal: true, ignoreOwner: true, ignoreMode: true }
  const found: string[] = []
  for (const [stage, result] of otherStages(context, finished)) {
    const has = await context.ports.engine.select(result.tree, selection, AbortSignal.timeout(5000)).then(
      () => true,
      () => false,
    )
    if (has) found.push(stage)
  }
  return found
}
