import { type Digest, positionAt } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { BuildPlan, Vertex } from '../../plan/index.ts'
import type { LayerRef, LookedUp, VertexResult } from '../../solver/index.ts'
import {
  alignSteps,
  type BuildTrace,
  explainMiss,
  type Former,
  type ListingOf,
  type Miss,
  missLine,
  type TracedStep,
} from '../../why/index.ts'

export interface WatchOptions {
  /** The last build of the same file, context and target. */
  readonly before?: BuildTrace
  readonly listingOf: ListingOf
  /** Called with one line for every step that has to run, when there is a build to compare with. */
  readonly missed: (vertex: Digest, why: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

export interface WatchedSteps {
  /** Takes a step that has been looked up. */
  lookedUp(step: LookedUp): Promise<void>
  /** Takes what a vertex has left. */
  finished(vertex: Digest, result: VertexResult): void
  /** What has been seen until now, with the steps of before in the places of those that were not reached. */
  steps(): readonly TracedStep[]
}

/** Compares the steps of a plan with those of the build before, while they are looked up. */
export function watchSteps(plan: BuildPlan, { before, listingOf, missed, now }: WatchOptions): WatchedSteps {
  const planned = plannedSteps(plan)
  const former = alignSteps(planned, before?.steps ?? [])
  const byVertex = new Map(planned.map((step) => [step.vertex.digest, step]))
  const seen = new Map<Digest, Omit<TracedStep, 'content' | 'outcome'>>()
  const left = new Map<Digest, VertexResult>()
  const begun = new Map<Digest, number>()
  const ended = new Map<Digest, number>()
  const tookOf = ({ vertex: { digest } }: PlannedStep, key: Digest): { readonly took?: number } => {
    const [from, to] = [begun.get(digest), ended.get(digest)]
    if (from !== undefined && to !== undefined) return { took: to - from }
    const took = before?.steps.find((step) => step.key === key)?.took
    return took === undefined ? {} : { took }
  }
  const below = ({ inputs }: Vertex): readonly PlannedStep[] => {
    const step = byVertex.get(inputs[0] as Digest)
    return step === undefined ? [] : [...below(step.vertex), step]
  }
  const formerOf = (step: PlannedStep): Former | undefined => {
    const old = former.get(step)
    if (old === undefined) return undefined
    return { step: old, below: formerBelow(old, before?.steps ?? []) }
  }
  const explain = async (step: PlannedStep, looked: LookedUp): Promise<Miss> => {
    const under = below(step.vertex)
    const contents = looked.root.slice(looked.root.length - under.length).map(({ content }: LayerRef) => content)
    const facts = under.map((one, index) => {
      const [content, old] = [contents[index], former.get(one)]
      return {
        ...placeOf(one),
        ...(content === undefined ? {} : { content }),
        ...(old === undefined ? {} : { former: old }),
      }
    })
    const ignoreCache = step.vertex.ignoreCache === true
    return explainMiss({ ...traced(step, looked), ignoreCache, below: facts }, formerOf(step), listingOf)
  }
  return {
    async lookedUp(looked) {
      const step = byVertex.get(looked.vertex.digest)
      if (step === undefined) return
      const miss = looked.cached || before === undefined ? undefined : await explain(step, looked)
      seen.set(looked.vertex.digest, { ...traced(step, looked), ...(miss === undefined ? {} : { miss }) })
      if (miss !== undefined) missed(looked.vertex.digest, missLine(miss))
      if (!looked.cached) begun.set(looked.vertex.digest, now())
    },
    finished(vertex, result) {
      left.set(vertex, result)
      ended.set(vertex, now())
    },
    steps: () =>
      planned.flatMap((step) => {
        const entry = seen.get(step.vertex.digest)
        if (entry === undefined) return former.get(step) ?? []
        const { layer, outcome } = left.get(step.vertex.digest) ?? {}
        if (layer === undefined || outcome === undefined) return { ...entry, outcome: 'failed' }
        return { ...entry, content: layer.content, outcome, ...tookOf(step, entry.key) }
      }),
  }
}

/**
 * The build that most resembles a plan: one of a copy of the project elsewhere, or of a generated Dockerfile. At least half
 * of the steps must be the same.
 */
export function mostAlike(plan: BuildPlan, builds: readonly BuildTrace[]): BuildTrace | undefined {
  const planned = plannedSteps(plan)
  const same = ({ steps }: BuildTrace): number =>
    [...alignSteps(planned, steps)].filter(([now, before]) => now.text === before.text).length
  const scored = builds.map((build) => ({ build, score: same(build) }))
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { build: undefined, score: 0 } as {
    readonly build: BuildTrace | undefined
    readonly score: number
  })
  return best.score * 2 >= planned.length ? best.build : undefined
}

interface PlannedStep {
  readonly vertex: Vertex
  readonly stage: string
  readonly platform: string
  readonly text: string
  readonly line?: number
  readonly base?: string
}

/** The steps that change a root file system; sources and bases are none. */
function plannedSteps(plan: BuildPlan): readonly PlannedStep[] {
  return [...plan.vertices.values()].flatMap((vertex) => {
    if (!['exec', 'copy', 'mkdir'].includes(vertex.op.kind)) return []
    const [place] = vertex.origin
    const line = place === undefined ? {} : { line: positionAt(place.source, place.span.start).line }
    const base = baseOf(plan, vertex)
    return {
      vertex,
      stage: vertex.stage ?? '',
      platform: formatPlatform(vertex.platform),
      text: vertex.name.replace(/^\[[^\]]*\] /, ''),
      ...line,
      ...(base === undefined ? {} : { base }),
    }
  })
}

function baseOf(plan: BuildPlan, { inputs, op }: Vertex): string | undefined {
  if (op.kind === 'image') return op.reference
  const under = plan.vertices.get(inputs[0] as Digest)
  return under === undefined ? undefined : baseOf(plan, under)
}

function placeOf({ text, line }: PlannedStep): { readonly text: string; readonly line?: number } {
  return { text, ...(line === undefined ? {} : { line }) }
}

function traced(
  step: PlannedStep,
  { key, parts }: { readonly key: Digest; readonly parts: TracedStep['parts'] },
): Omit<TracedStep, 'content' | 'outcome'> {
  const { stage, platform, base } = step
  return { stage, platform, ...placeOf(step), key, parts, ...(base === undefined ? {} : { base }) }
}

/** The steps of the same stage before a step. */
function formerBelow(step: TracedStep, steps: readonly TracedStep[]): readonly TracedStep[] {
  const own = steps.filter(({ stage, platform }) => stage === step.stage && platform === step.platform)
  return own.slice(0, own.indexOf(step))
}
