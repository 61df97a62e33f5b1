import { type Digest, positionAt, SlipwayError } from '../../core/index.ts'
import type { Dockerfile } from '../../dockerfile/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import { type PlannedStop, planStop, type StopPoint, type Vertex } from '../../plan/index.ts'
import { type ExecRequest, solve, type SolveResult, type StepSecrets } from '../../solver/index.ts'
import { throwFirstError } from '../build/diagnostics.ts'
import { withWayInside } from '../build/look-inside.ts'
import { planOptions, resolveRequest } from '../build/plan-request.ts'
import { requirePermission, solveOptions, type StartedBuild, startBuild } from '../build/start-build.ts'
import type { Session } from '../session.ts'
import type { RunOutcome } from '../worker/worker-methods.ts'
import { findPlace, type FoundPlace, lineOf, stopPointOf } from './debug-place.ts'
import type { DebugRequest, DebugWorld } from './debug-request.ts'
import { type Opening, openShell } from './open-shell.ts'
import { type FailureWatch, watchFailures } from './watch-failures.ts'

/**
 * Builds up to a place and runs a shell or a command there, as a RUN would run. Without a place that is where the build
 * fails, with what the failed command left, or the end of the target. Gives the exit code of the command. No image is made.
 */
export async function debugBuild(session: Session, request: DebugRequest, world: DebugWorld): Promise<RunOutcome> {
  const { platforms } = request.build
  if (platforms.length > 1)
    throw new SlipwayError('usage', 'a shell runs on one platform, and several were given', {
      hint: `choose one: --platform ${platforms[0]}`,
    })
  const started = await startBuild(session, request.build, world)
  const found = request.place === undefined ? undefined : findPlace(started.definition.file, request.place)
  const graph = await graphOf(session, request, { started, found, signal: world.signal })
  const point = found === undefined ? endOfTarget(graph) : stopPointOf(graph, found)
  const debugging: Debugging = { session, request, world, started, graph }
  const built = await buildTo(debugging, point)
  if (built.kind === 'failed') return openShell(session, await afterFailure(debugging, built), { request, world })
  const opening = { request: await execRequest(debugging, built), place: placeOf(graph, point, found) }
  return openShell(session, opening, { request, world })
}

interface Debugging {
  readonly session: Session
  readonly request: DebugRequest
  readonly world: DebugWorld
  readonly started: StartedBuild
  readonly graph: StageGraph
}

async function graphOf(
  session: Session,
  { build }: DebugRequest,
  {
    started,
    found,
    signal,
  }: { readonly started: StartedBuild; readonly found: FoundPlace | undefined; readonly signal: AbortSignal },
): Promise<StageGraph> {
  // The stage of the place is the last one of its file; a place wins over --target.
  const { target, ...rest } = build
  const wanted = found === undefined && target !== undefined ? { ...rest, target } : rest
  const file: Dockerfile = found?.file ?? started.definition.file
  const { places, definition } = started
  const [graph] = await resolveRequest(session, wanted, { file, places, epochOf: definition.epochOf, signal })
  if (graph === undefined) throw new SlipwayError('internal', 'the request has no platform')
  return graph
}

function endOfTarget(graph: StageGraph): StopPoint {
  return { stage: graph.target, steps: graph.stages[graph.target]?.steps.length ?? 0 }
}

interface Built {
  readonly kind: 'built'
  readonly stop: PlannedStop
  readonly results: SolveResult
}

interface Failed {
  readonly kind: 'failed'
  readonly stop: PlannedStop
  readonly error: unknown
  readonly watch: FailureWatch
}

async function buildTo(
  { session, request, world, started, graph }: Debugging,
  point: StopPoint,
): Promise<Built | Failed> {
  const stop = planStop(graph, planOptions(request.build), point)
  throwFirstError(stop.diagnostics)
  requirePermission(stop.plan, request.build, started.secrets)
  const watch = watchFailures(session, started.ports)
  const options = { ...solveOptions(request.build, started.secrets, world.signal), goals: stop.inputs }
  try {
    return { kind: 'built', stop, results: await solve(stop.plan, watch.ports, options) }
  } catch (error) {
    return { kind: 'failed', stop, error, watch }
  }
}

/** The place of a failure, if that is where a shell is wanted and can be had; throws the failure otherwise. */
async function afterFailure(debugging: Debugging, { stop, error, watch }: Failed): Promise<Opening> {
  const { request, graph, world } = debugging
  const vertex = stop.plan.vertices.get(watch.vertex() ?? ('' as Digest))
  const giveUp = (): unknown => (request.place === undefined ? error : withWayInside(error, request.build))
  if (!(error instanceof SlipwayError) || vertex === undefined || world.signal.aborted) throw giveUp()
  // With a place, only the failure of the very step whose end is wanted leads there.
  if (request.place !== undefined && vertex.op !== stop.op) throw giveUp()
  const run = watch.run(vertex.op)
  const place = placeOfVertex(vertex)
  if (run !== undefined)
    return { request: run.request, place: { ...place, where: 'after' }, failure: error, leftover: run.leftover }
  // Nothing was run, so there is nothing but the state before it to look at.
  const point = vertex.op.kind === 'copy' || vertex.op.kind === 'mkdir' ? pointBefore(graph, vertex) : undefined
  if (point === undefined) throw giveUp()
  const built = await buildTo(debugging, point)
  if (built.kind === 'failed') throw giveUp()
  return { request: await execRequest(debugging, built), place: { ...place, where: 'before' }, failure: error }
}

function pointBefore(graph: StageGraph, { origin: [origin], stage: label }: Vertex): StopPoint | undefined {
  const stage = graph.stages.find((candidate) => candidate.label === label)
  const steps = stage?.steps.findIndex(({ at }) => at.source === origin?.source && at.span.start === origin.span.start)
  return stage === undefined || steps === undefined || steps < 0 ? undefined : { stage: stage.index, steps }
}

async function execRequest({ session, started, world }: Debugging, { stop, results }: Built): Promise<ExecRequest> {
  const inputs = stop.inputs.map((digest) => {
    const result = results.get(digest)
    if (result === undefined) throw new SlipwayError('internal', `the vertex ${digest} was not built`)
    return result.tree
  })
  const [root] = inputs
  if (root === undefined) throw new SlipwayError('internal', 'the step has no root file system')
  const layers = root.kind === 'layers' ? root.layers : [await session.engine.adopt(root, world.signal)]
  const secrets: StepSecrets = started.secrets
  return { op: stop.op, platform: stop.platform, root: layers, inputs, secrets }
}

function placeOf(graph: StageGraph, point: StopPoint, found: FoundPlace | undefined): Opening['place'] {
  const stage = graph.stages[point.stage]?.label ?? ''
  if (found?.instruction === undefined || found.side === 'end') return { stage, where: 'end' }
  const { source } = found.file
  const { start, end } = found.instruction.span
  return {
    stage,
    where: found.side,
    line: lineOf(found.file, found.instruction),
    instruction: source.text.slice(start, end),
  }
}

function placeOfVertex({ origin: [origin], stage = '' }: Vertex): Omit<Opening['place'], 'where'> {
  if (origin === undefined) return { stage }
  const { source, span } = origin
  return {
    stage,
    line: `${source.path}:${positionAt(source, span.start).line}`,
    instruction: source.text.slice(span.start, span.end),
  }
}
