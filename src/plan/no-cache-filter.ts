import { type Location, positionAt } from '../core/index.ts'
import type { Stage, StageGraph } from '../graph/index.ts'
import type { PlanOptions } from './stage-state.ts'

type Step = Stage['steps'][number]

/** Whether a step is to run anew: `--no-cache`, or a filter that names its stage or a line of its instruction. */
export function ignoresCache({ noCache, noCacheFilter = [] }: PlanOptions, stage: Stage, step: Step): boolean {
  return noCache === true || noCacheFilter.some((filter) => isOfStage(filter, stage) || isOfStep(filter, step))
}

/** Filters that name no stage and no instruction of the file; BuildKit says nothing of those. */
export function idleFilters(graphs: readonly StageGraph[], filters: readonly string[]): readonly string[] {
  const stages = graphs.flatMap((graph) => graph.stages)
  return filters.filter(
    (filter) => !stages.some((stage) => isOfStage(filter, stage) || stage.steps.some((step) => isOfStep(filter, step))),
  )
}

function isOfStage(filter: string, { name }: Stage): boolean {
  return name !== undefined && filter.toLowerCase() === name
}

/** Stages cannot be called by a number. Triggers stand in another file. */
function isOfStep(filter: string, { at, trigger }: Step): boolean {
  if (trigger || !/^\d+$/.test(filter)) return false
  const [first, last] = linesOf(at)
  return Number(filter) >= first && Number(filter) <= last
}

function linesOf({ source, span }: Location): readonly [number, number] {
  return [positionAt(source, span.start).line, positionAt(source, Math.max(span.start, span.end - 1)).line]
}
