import type { OutputSpec } from '../../adapters/exporters/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import { solve } from '../../solver/index.ts'
import { resolveChecked } from '../check/check-build.ts'
import type { Session } from '../session.ts'
import { assembleImage, type AssembledImage, toNewImage } from './assemble-image.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { reportContextUse } from './context-use.ts'
import { deliver } from './deliver.ts'
import { withWayInside } from './look-inside.ts'
import { planGraphs } from './plan-request.ts'
import { requirePermission, solveOptions, startBuild } from './start-build.ts'
import { wantedOutputs } from './wanted-outputs.ts'

export interface BuiltImage {
  /** Digest of the configuration: what docker calls the image id. */
  readonly id: Digest
  readonly platform: Platform
}

export interface BuildResult {
  readonly images: readonly BuiltImage[]
  /** Manifest or index, where an output has made one. */
  readonly digest?: Digest
}

/** Builds what the request asks for and hands it to its outputs. Throws SlipwayError; nothing half-made is left behind. */
export async function build(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<BuildResult> {
  const outputs = wantedOutputs(request)
  const started = await startBuild(session, request, world)
  const { definition, places, secrets } = started
  const { graphs, audited } = await resolveChecked(session, request, { definition, places, signal: world.signal })
  const plan = planGraphs(session, request, graphs)
  if (audited.error !== undefined) throw audited.error
  requirePermission(plan, request, secrets)
  const results = await solve(plan, started.ports, solveOptions(request, secrets, world.signal)).catch(
    (error: unknown) => {
      throw withWayInside(error, request)
    },
  )
  reportContextUse(session, definition.contexts.get('context'))
  const epoch = clampEpoch(plan.epoch, outputs)
  const images: AssembledImage[] = []
  for (const planned of plan.images) {
    images.push(
      await assembleImage(planned, results, {
        ...(plan.epoch === undefined ? {} : { epoch: plan.epoch }),
        clamp: (layer) =>
          epoch === undefined ? Promise.resolve(layer) : session.clampLayer(layer, epoch, world.signal),
      }),
    )
  }
  const records = await Promise.all(images.map((image) => session.store.images.put(toNewImage(image))))
  const digest = await deliver(session, records, { request, outputs, world })
  const built = records.map(({ id, platform }) => ({ id, platform }))
  return { images: built, ...(digest === undefined ? {} : { digest }) }
}

/** Layers lose later times unless an output says otherwise; see docs/adr/0005. */
function clampEpoch(epoch: number | undefined, outputs: readonly OutputSpec[]): number | undefined {
  const refused = outputs.some((output) => 'image' in output && output.image.rewriteTimestamp === false)
  return refused ? undefined : epoch
}
