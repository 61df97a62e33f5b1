import { createLimit, type Digest, digestOf, hexOf, SlipwayError, toPlainError } from '../core/index.ts'
import type { BuildPlan, Op, Vertex } from '../plan/index.ts'
import { explained, type Finished } from './other-stages.ts'
import type { LayerRef, SolverPorts, StepSecrets } from './ports.ts'
import { asLayers, progressOf, runCachedStep, type StepContext, type VertexResult } from './step.ts'
import { treeIdentity } from './tree-identity.ts'

export interface SolveOptions {
  readonly secrets: StepSecrets
  readonly signal: AbortSignal
  /** Steps that may run at the same time. */
  readonly parallel: number
  /** The vertices that are wanted, instead of the roots of the images. */
  readonly goals?: readonly Digest[]
  /** Told each result while other vertices are still at work. */
  readonly onResult?: (vertex: Digest, result: VertexResult) => void
}

/** What became of each vertex that was needed. */
export type SolveResult = ReadonlyMap<Digest, VertexResult>

/**
 * Executes what the images of the plan need: every vertex once, inputs before users, independent ones at the same time.
 * The first failure cancels all others, waits for them to end and is thrown; what had finished stays in the cache.
 */
export async function solve(plan: BuildPlan, ports: SolverPorts, options: SolveOptions): Promise<SolveResult> {
  const run = createRun(plan, ports, options)
  const goals = options.goals ?? plan.images.map((image) => image.root)
  const targets = goals.map((goal) => run.visit(goal))
  const outcomes = await Promise.allSettled(targets)
  await run.settled()
  if (run.failure() !== undefined) throw run.failure()
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  await adoptRoots(plan, ports, { results: run.results, signal: options.signal })
  return run.results
}

/** A target that is a context and nothing else (`FROM name-of-a-context`) is an image of one layer, too. */
async function adoptRoots(
  plan: BuildPlan,
  ports: SolverPorts,
  { results, signal }: { readonly results: Map<Digest, VertexResult>; readonly signal: AbortSignal },
): Promise<void> {
  for (const { root } of plan.images) {
    const result = results.get(root)
    if (result?.tree.kind !== 'host') continue
    const layers = await asLayers(result.tree, ports, signal)
    results.set(root, { ...result, tree: { kind: 'layers', layers }, identity: treeIdentity(layers) })
  }
}

interface Run {
  readonly results: Map<Digest, VertexResult>
  visit(digest: Digest): Promise<VertexResult>
  settled(): Promise<void>
  failure(): unknown
}

function createRun(plan: BuildPlan, ports: SolverPorts, options: SolveOptions): Run {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const limit = createLimit(options.parallel)
  const started = new Map<Digest, Promise<VertexResult>>()
  const results = new Map<Digest, VertexResult>()
  const leading = leadingToCommands(plan)
  let failure: unknown

  const visit = (digest: Digest): Promise<VertexResult> => {
    const known = started.get(digest)
    if (known !== undefined) return known
    const promise = evaluate(vertexOf(plan, digest))
    started.set(digest, promise)
    promise.then(
      (result) => {
        results.set(digest, result)
        options.onResult?.(digest, result)
      },
      (error: unknown) => {
        failure ??= error
        stop.abort(error)
      },
    )
    return promise
  }

  const evaluate = async (vertex: Vertex): Promise<VertexResult> => {
    const inputs = await Promise.all(vertex.inputs.map(visit))
    const leadsToCommand = leading.has(vertex.digest)
    const context: StepContext = { vertex, inputs, ports, secrets: options.secrets, signal, leadsToCommand }
    return limit(() => observed(context, { plan, results }))
  }

  const settled = async (): Promise<void> => {
    await Promise.allSettled(started.values())
  }
  return { results, visit, settled, failure: () => failure }
}

/** The commands of a plan and all that they stand on. */
function leadingToCommands(plan: BuildPlan): ReadonlySet<Digest> {
  const leading = new Set<Digest>()
  const add = (digest: Digest): void => {
    if (leading.has(digest)) return
    leading.add(digest)
    vertexOf(plan, digest).inputs.forEach(add)
  }
  for (const vertex of plan.vertices.values()) if (vertex.op.kind === 'exec') add(vertex.digest)
  return leading
}

function vertexOf(plan: BuildPlan, digest: Digest): Vertex {
  const vertex = plan.vertices.get(digest)
  if (vertex === undefined) throw new SlipwayError('internal', `the plan has no vertex ${digest}`)
  return vertex
}

/** Runs one vertex between its started and finished events. */
async function observed(context: StepContext, finished: Finished): Promise<VertexResult> {
  const { vertex, ports, signal } = context
  signal.throwIfAborted()
  const stage = vertex.stage === undefined ? {} : { stage: vertex.stage }
  ports.emit({
    type: 'vertex.started',
    time: ports.clock.now(),
    vertex: vertex.digest,
    name: vertex.name,
    inputs: vertex.inputs,
    ...stage,
  })
  try {
    const result = await perform(context)
    ports.emit({ type: 'vertex.finished', time: ports.clock.now(), vertex: vertex.digest, outcome: result.outcome })
    return result
  } catch (cause) {
    const outcome = signal.aborted ? 'cancelled' : 'failed'
    const error = await explained(cause, context, finished)
    ports.emit({
      type: 'vertex.finished',
      time: ports.clock.now(),
      vertex: vertex.digest,
      outcome,
      error: toPlainError(error).message,
    })
    throw error
  }
}

async function perform(context: StepContext): Promise<VertexResult> {
  const { op } = context.vertex
  switch (op.kind) {
    case 'scratch':
      return { tree: { kind: 'layers', layers: [] }, identity: treeIdentity([]), outcome: 'built' }
    case 'image':
      return baseImage(op)
    case 'context':
      return { tree: await context.ports.sources.context(op.name), outcome: 'built' }
    case 'http':
    case 'git':
      return fetched(context, op)
    case 'exec':
    case 'copy':
    case 'mkdir':
      return runCachedStep(context)
  }
}

/** A base is named by its manifest; nothing is downloaded until a step needs its files. */
function baseImage(op: Op & { kind: 'image' }): VertexResult {
  const layers: LayerRef[] = []
  let chain: Digest | undefined
  for (const { blob, diffId, local } of op.layers) {
    // OCI ChainID: a pulled layer's directory can take parents and link targets from the layers below.
    chain = chain === undefined ? diffId : digestOf(`${chain} ${diffId}`)
    const place = local ?? { id: hexOf(chain), content: diffId, size: 0 }
    layers.push({ ...place, diffId, ...(blob === undefined ? {} : { blob }) })
  }
  return { tree: { kind: 'layers', layers }, identity: treeIdentity(layers), outcome: 'cached' }
}

async function fetched(context: StepContext, op: Op & { kind: 'http' | 'git' }): Promise<VertexResult> {
  const { sources } = context.ports
  const progress = progressOf(context)
  const found =
    op.kind === 'http'
      ? await sources.http(op, progress, context.signal)
      : await sources.git(op, progress, context.signal)
  return { ...found, outcome: 'built' }
}
