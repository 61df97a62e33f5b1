import { redactUrls } from '../../adapters/context/index.ts'
import { type Digest, mayHoldSecret, parseDigest } from '../../core/index.ts'
import type { BuildPlan, PlannedImage } from '../../plan/index.ts'
import type { LayerRef, SelectionMemo, SolveResult, StepSecrets } from '../../solver/index.ts'
import type { TracedStep } from '../../why/index.ts'
import type { CacheRecords } from './cache-records.ts'

/** What was seen of a build while it was solved. */
export interface SolveRecord {
  readonly started: number
  /** Key of every step that was looked up, by its vertex. */
  readonly keys: ReadonlyMap<Digest, Digest>
  readonly steps: readonly TracedStep[]
}

/** Takes notes of a solve. */
export interface SolveRecorder {
  readonly selections: ReadonlyMap<Digest, Digest>
  /** The memo, whose answers are noted. */
  memo(memo: SelectionMemo): SelectionMemo
  solved(record: SolveRecord): void
  /** Of the solve that ended last. */
  record(): SolveRecord
}

export function recordSolve(): SolveRecorder {
  const selections = new Map<Digest, Digest>()
  let last: SolveRecord = { started: 0, keys: new Map(), steps: [] }
  return {
    selections,
    memo: (memo) => ({
      async get(key) {
        const value = await memo.get(key)
        if (value !== undefined) selections.set(key, value)
        return value
      },
      async put(key, value) {
        selections.set(key, value)
        await memo.put(key, value)
      },
    }),
    solved: (record) => void (last = record),
    record: () => last,
  }
}

/** A step whose result can be shared. */
export interface SharedStep {
  readonly key: Digest
  readonly created: number
  readonly layer: LayerRef
  /** The layers that it lies on, lowest first. */
  readonly below: readonly LayerRef[]
  readonly isInImage: boolean
}

/** What is shared of a build. */
export interface SharedBuild {
  readonly plan: BuildPlan
  readonly results: SolveResult
  readonly images: readonly { readonly planned: PlannedImage; readonly layers: readonly LayerRef[] }[]
  readonly recorder: SolveRecorder
}

/**
 * The steps of a solved plan, each key once, in the order of the plan. Where times were set back for an image, its layer takes
 * the place of the one that the step left: the content is the same, and the image needs nothing else then.
 */
export function sharedSteps({ results, images, recorder }: SharedBuild): readonly SharedStep[] {
  const delivered = new Map(images.flatMap((image) => [...deliveredLayers(image, results)]))
  const steps = new Map<Digest, SharedStep>()
  for (const [vertex, key] of recorder.record().keys) {
    const { layer, tree, created } = results.get(vertex) ?? {}
    if (layer === undefined || created === undefined || tree?.kind !== 'layers') continue
    const inImage = delivered.get(layer.id)
    const below = tree.layers.slice(0, -1)
    steps.set(key, { key, created, layer: inImage ?? layer, below, isInImage: inImage !== undefined })
  }
  return [...steps.values()]
}

/** The layers of an image by the ids of those that steps have left. */
function deliveredLayers(
  { planned, layers }: SharedBuild['images'][number],
  results: SolveResult,
): ReadonlyMap<string, LayerRef> {
  const tree = results.get(planned.root)?.tree
  const left = tree?.kind === 'layers' ? tree.layers : []
  return new Map(left.map(({ id }, index) => [id, layers[index] as LayerRef]))
}

/** What is told of the steps besides their results. Why they ran here is nobody's business elsewhere. */
export function sharedTrace(
  { steps, started }: SolveRecord,
  hide: (text: string) => string,
): Pick<CacheRecords, 'steps' | 'started'> {
  return { started, steps: steps.map((step) => sharedStep(step, hide)) }
}

function sharedStep(step: TracedStep, hide: (text: string) => string): TracedStep {
  const { stage, platform, line, key, content, base } = step
  const parts = Object.entries(step.parts).map(([name, part]) => [hide(name), hide(part)])
  return {
    stage,
    platform,
    text: hide(step.text),
    ...(line === undefined ? {} : { line }),
    key,
    parts: Object.fromEntries(parts),
    ...(content === undefined ? {} : { content }),
    ...(base === undefined ? {} : { base }),
    outcome: step.outcome === 'failed' ? step.outcome : 'built',
  }
}

/** Digests of selections that the keys of steps are made of. */
export function selectionsOf(steps: readonly TracedStep[]): ReadonlySet<Digest> {
  const parts = steps.flatMap((step) => Object.entries(step.parts))
  const chosen = parts.filter(([name]) => name.startsWith('source ') || name.startsWith('mount '))
  return new Set(
    chosen.flatMap(([, part]) => (part.match(/sha256:[0-9a-f]{64}/g) ?? []).flatMap((one) => parseDigest(one) ?? [])),
  )
}

/** A shorter value would take letters out of every text. */
const shortestSecret = 4

/**
 * Takes values that may be secret out of texts: those of variables with such names, wherever they come from, and passwords
 * in addresses. Names of steps and paths show variables expanded.
 */
export function hideSecrets(
  plan: BuildPlan,
  { secrets, proxyEnv, givenProxyEnv }: StepSecrets,
  buildArgs: Readonly<Record<string, string>>,
): (text: string) => string {
  const variables = [...plan.vertices.values()].flatMap(({ op }) => (op.kind === 'exec' ? op.env : []))
  const named = [...variables, ...plan.images.flatMap(({ config }) => config.config?.Env ?? [])]
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
    .concat(Object.entries(buildArgs))
    .filter(([name]) => mayHoldSecret(name))
    .map(([, value]) => value)
  const proxies = [...proxyEnv, ...givenProxyEnv].map((pair) => pair.slice(pair.indexOf('=') + 1))
  const files = Object.values(secrets).map((bytes) => Buffer.from(bytes).toString('utf8').trim())
  const values = [...new Set([...named, ...proxies, ...files])].filter((value) => value.length >= shortestSecret)
  const longestFirst = values.sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((left, value) => left.replaceAll(value, '***'), redactUrls(text))
}
