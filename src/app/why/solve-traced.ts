import path from 'node:path'
import { redactUrls } from '../../adapters/context/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import { solve, type SolveOptions, type SolveResult, type SolverPorts } from '../../solver/index.ts'
import { type Digest, parseDigest } from '../../core/index.ts'
import type { BuildRequest } from '../build/build-request.ts'
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
}

/** Solves a plan, says of each step that has to run what differs from the last build, and remembers this one for the next. */
export async function solveTraced(
  session: Session,
  plan: BuildPlan,
  { request, cwd, ports, options }: TracedSolve,
): Promise<SolveResult> {
  const series = seriesOf(request, cwd)
  const started = session.now()
  const before = (await session.traces.get(series)) ?? mostAlike(plan, await session.traces.newest(similarBuilds))
  const watched = watchSteps(plan, {
    ...(before === undefined ? {} : { before }),
    listingOf: async (key) => {
      const digest: Digest | undefined = parseDigest(key)
      return digest === undefined ? undefined : session.listings.get(digest)
    },
    missed: (vertex, why) => session.emit({ type: 'vertex.missed', time: session.now(), vertex, why }),
  })
  try {
    const onResult: NonNullable<SolveOptions['onResult']> = (vertex, result) => {
      watched.finished(vertex, result)
      options.onResult?.(vertex, result)
    }
    return await solve(plan, { ...ports, lookedUp: watched.lookedUp }, { ...options, onResult })
  } finally {
    // A build that cannot be remembered is a build all the same.
    await session.traces.put(series, { started, title: titleOf(series), steps: watched.steps() }).catch(() => {})
  }
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
