import { compressLayer, type ImageOptions, type OutputSpec } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import type { LayerRef, VertexResult } from '../../solver/index.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'

/** Compresses layers of the image while later steps run. */
export interface CompressAhead {
  /** Takes note of a step that has ended. */
  offer(vertex: Digest, result: VertexResult): void
  /** The steps are done: what is underway gets all processors, and the outputs do the rest. */
  hurry(): void
  /** The build has failed: ends what is underway. */
  stop(): Promise<void>
}

/** While steps run they have all processors but one. */
const besideSteps = 1
const alone = 4

/** For the outputs that need compressed layers; `rewritten` layers are others in the image, so that nothing is done ahead. */
export function compressAhead(
  session: Session,
  plan: BuildPlan,
  { outputs, rewritten }: { readonly outputs: readonly OutputSpec[]; readonly rewritten: boolean },
): CompressAhead {
  const forms = rewritten ? [] : outputs.flatMap(compressedFor)
  const ofImages = new Set(plan.images.flatMap((image) => image.history.flatMap((entry) => entry.vertex ?? [])))
  const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
  const stopped = new AbortController()
  let processors = besideSteps
  let last: Promise<unknown> = Promise.resolve()
  const compress = async (layer: LayerRef): Promise<void> => {
    if (processors !== besideSteps) return
    const tar = { diffId: layer.diffId, openTar: () => untilStopped(tars.layer(layer), stopped.signal) }
    for (const form of forms) await compressLayer(tar, session.store, { ...form, processors: () => processors })
  }
  return {
    offer(vertex, { outcome, layer }) {
      if (forms.length === 0 || outcome !== 'built' || layer === undefined || !ofImages.has(vertex)) return
      // Whoever needs the blob meets the failure again, where it can be told.
      last = last.then(() => compress(layer)).catch(() => {})
    },
    hurry() {
      processors = alone
    },
    async stop() {
      processors = alone
      stopped.abort()
      await last
    },
  }
}

type Form = Pick<ImageOptions, 'compression' | 'compressionLevel'>

function compressedFor(output: OutputSpec): readonly Form[] {
  const isFile = output.kind === 'oci' || (output.kind === 'docker' && output.dest !== undefined)
  const isPushed = output.kind === 'image' && output.push
  if (!(isFile || isPushed) || output.image.compression === 'uncompressed') return []
  return [output.image]
}

async function* untilStopped(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    if (signal.aborted) throw new SlipwayError('cancelled', 'the build has failed')
    yield chunk
  }
}
