import path from 'node:path'
import { redactUrls } from '../../adapters/context/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import {
  type LayerRef,
  solve,
  type SolveOptions,
  type SolveResult,
  type SolverPorts,
  type VertexResult,
} from '../../solver/index.ts'
import type { BuildTrace } from '../../why/index.ts'
import { type Digest, parseDigest } from '../../core/index.ts'
import type { BuildRequest } from '../build/build-request.ts'
import type { Imports } from '../external-cache/imports.ts'
import type { SolveRecorder } from '../external-cache/shared-build.ts'
import type { Session } from '../session.ts'
import type { BuildSeries } from './trace-store.ts'
import { mostAlike, watchSteps } from './watch-steps.ts'

/** How many builds of other files are looked at when this one is built for the first time. */
const similarBuilds = 20

export interface TracedSolve {
  readonly request: Pick<BuildRequest, 'context' | 'dockerfile' | 'target'>
  readonly cwd: string
  readonly ports: SolverPorts
  readonly options: SolveOptions
  /** What other machines have built. */
  readonly imports?: Imports
  readonly recorder?: SolveRecorder
  /** Looks whether the result can be used; part of the solve, which begins again when what was imported cannot be had. */
  readonly check?: (results: SolveResult) => Promise<unknown>
}

/** Solves a plan, says of each step that has to run what differs from the last build, and remembers this one for the next. */
export async function solveTraced(session: Session, plan: BuildPlan, how: TracedSolve): Promise<SolveResult> {
  const { imports, options } = how
  const series = seriesOf(how.request, how.cwd)
  const before = await buildBefore(session, plan, { series, ...(imports === undefined ? {} : { imports }) })
  const compared = { series, ...(before === undefined ? {} : { before }) }
  for (;;) {
    try {
      return await solveOnce(session, plan, { ...how, ...compared })
    } catch (error) {
      // What was promised elsewhere is not there: without it the steps run.
      if (options.signal.aborted || imports?.takeLosses() !== true) throw error
      imports.attempts.again()
    }
  }
}

/** The last build of the same, else the build that resembles it most, here or on other machines. */
async function buildBefore(
  { traces }: Session,
  plan: BuildPlan,
  { series, imports }: Pick<TracedSolve, 'imports'> & { readonly series: BuildSeries },
): Promise<BuildTrace | undefined> {
  const last = await traces.get(series)
  if (last !== undefined) return last
  return mostAlike(plan, [...(await traces.newest(similarBuilds)), ...((await imports?.builds()) ?? [])])
}

interface ComparedSolve extends TracedSolve {
  readonly series: BuildSeries
  readonly before?: BuildTrace
}

async function solveOnce(session: Session, plan: BuildPlan, how: ComparedSolve): Promise<SolveResult> {
  const { before, series, imports, recorder, options, check } = how
  const ports = imports === undefined ? how.ports : imports.over(how.ports)
  const started = session.now()
  const watched = watchSteps(plan, {
    ...(before === undefined ? {} : { before }),
    listingOf: async (key) => {
      const digest: Digest | undefined = parseDigest(key)
      return digest === undefined ? undefined : ((await session.listings.get(digest)) ?? imports?.listing(digest))
    },
    now: () => session.now(),
    missed: (vertex, why) => ports.emit({ type: 'vertex.missed', time: session.now(), vertex, why }),
  })
  const keys = new Map<Digest, Digest>()
  const lookedUp: NonNullable<SolverPorts['lookedUp']> = async (step) => {
    keys.set(step.vertex.digest, step.key)
    await watched.lookedUp(step)
  }
  const onResult: NonNullable<SolveOptions['onResult']> = (vertex, result) => {
    watched.finished(vertex, result)
    options.onResult?.(vertex, result)
  }
  const memo = recorder === undefined ? ports.memo : recorder.memo(ports.memo)
  try {
    const results = await solve(plan, { ...ports, memo, lookedUp }, { ...options, onResult })
    for (const { root } of plan.images) imports?.requireBlobs(layersOf(results.get(root)))
    await check?.(results)
    recorder?.solved({ started, keys, steps: watched.steps() })
    return results
  } finally {
    // A build that cannot be remembered is a build all the same.
    await session.traces.put(series, { started, title: titleOf(series), steps: watched.steps() }).catch(() => {})
  }
}

function layersOf(result: VertexResult | undefined): readonly LayerRef[] {
  return result?.tree.kind === 'layers' ? result.tree.layers : []
}

/** Contexts on standard input are all one series: nothing else tells them apart. Passwords in URLs are not kept. */
function seriesOf({ context, dockerfile = '', target = '' }: TracedSolve['request'], cwd: string): BuildSeries {
  const place = (name: string): string =>
    name === '' || name === '-' || name.includes('://') || /^[^/]+@[^/]+:/.test(name)
      ? redactUrls(name)
      : path.resolve(cwd, name)
  return { dockerfile: place(dockerfile), context: place(context), target }
}

function titleOf({ dockerfile, context, target }: BuildSeries): string {
  const file = dockerfile === '' ? '' : ` -f ${dockerfile}`
  return `slipway build${file}${target === '' ? '' : ` --target ${target}`} ${context}`
}
