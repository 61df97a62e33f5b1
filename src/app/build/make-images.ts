import type { StageGraph } from '../../graph/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import type { SolveResult } from '../../solver/index.ts'
import { resolveChecked } from '../check/check-build.ts'
import type { Session } from '../session.ts'
import { assembleImage, type AssembledImage } from './assemble-image.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { planGraphs } from './plan-request.ts'
import { requirePermission, type StartedBuild, startBuild } from './start-build.ts'

/** Images that nobody has been given yet, and all that they were made from. */
export interface MadeImages {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly started: StartedBuild
  readonly graphs: readonly StageGraph[]
  readonly plan: BuildPlan
  readonly results: SolveResult
  /** One per platform, in the order of the plan. */
  readonly images: readonly AssembledImage[]
}

export interface MakeImages extends BuildWorld {
  readonly signal: AbortSignal
  /** Layers lose times after SOURCE_DATE_EPOCH; see docs/adr/0005. */
  readonly rewriteTimestamps: boolean
  readonly solve: (plan: BuildPlan, started: StartedBuild) => Promise<SolveResult>
}

/** From what was asked for to assembled images. Throws SlipwayError; the store has layers and cache records afterwards, no images. */
export async function makeImages(session: Session, request: BuildRequest, how: MakeImages): Promise<MadeImages> {
  const startedAt = session.now()
  const { signal } = how
  const started = await startBuild(session, request, how)
  const { definition, places, secrets } = started
  const { graphs, audited } = await resolveChecked(session, request, { definition, places, signal })
  const plan = planGraphs(session, request, graphs)
  if (audited.error !== undefined) throw audited.error
  requirePermission(plan, request, secrets)
  const results = await how.solve(plan, started)
  const images = await assembleAll(session, { plan, results }, how)
  return { startedAt, started, graphs, plan, results, images }
}

/** The images that came of a plan, in its order. */
export async function assembleAll(
  session: Session,
  { plan, results }: Pick<MadeImages, 'plan' | 'results'>,
  { rewriteTimestamps, signal }: Pick<MakeImages, 'rewriteTimestamps' | 'signal'>,
): Promise<readonly AssembledImage[]> {
  const { epoch } = plan
  const images: AssembledImage[] = []
  for (const planned of plan.images) {
    images.push(
      await assembleImage(planned, results, {
        ...(epoch === undefined ? {} : { epoch }),
        clamp: (layer) =>
          epoch === undefined || !rewriteTimestamps ? Promise.resolve(layer) : session.clampLayer(layer, epoch, signal),
      }),
    )
  }
  return images
}
