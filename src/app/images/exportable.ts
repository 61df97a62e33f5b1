import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import type { ExportImage, ExportLayer } from '../../adapters/exporters/index.ts'
import { decodeManifest, type Descriptor } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'

/** An image of the store in the form that exporters take. Layers that were pulled keep the blob they came as. */
export async function exportableImage(
  session: Session,
  image: Pick<ImageRecord, 'id' | 'layers' | 'manifest'>,
  signal: AbortSignal,
): Promise<ExportImage> {
  // Layers are compressed into the store, and blobs that are missing are fetched.
  await session.room.make()
  for (const { id } of image.layers) session.hold(`layers/${id}`)
  const { mediaType, digest } = image.manifest ?? {}
  const bytes = digest === undefined ? undefined : await session.store.readBytes(digest)
  const below = bytes === undefined ? image.layers : await asInManifest(session, image.layers, bytes)
  const layers = await Promise.all(below.map((layer) => exportableLayer(session, layer, { below, signal })))
  const config = await session.store.readBytes(image.id)
  return bytes === undefined || mediaType === undefined
    ? { config, layers }
    : { config, layers, manifest: { mediaType, bytes } }
}

/** What was said about a manifest holds for its blobs, even if this program would pack the layers otherwise by now. */
async function asInManifest(
  { store }: Session,
  layers: readonly LayerRef[],
  manifest: Uint8Array,
): Promise<readonly LayerRef[]> {
  const named = decodeManifest(manifest, { code: 'store-unusable', what: 'a manifest of the store' }).layers
  if (named.length !== layers.length) return layers
  return Promise.all(
    layers.map(async (layer, index) => {
      const blob = named[index] as Descriptor
      return layer.blob === undefined && (await store.has(blob.digest, blob.size)) ? { ...layer, blob } : layer
    }),
  )
}

interface LayerContext {
  readonly below: readonly LayerRef[]
  readonly signal: AbortSignal
}

/** One of these layers. What it lies on is needed where it has to be packed anew. */
export async function exportableLayer(
  session: Session,
  layer: LayerRef,
  { below, signal }: LayerContext,
): Promise<ExportLayer> {
  const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
  const { diffId, blob } = layer
  if (blob === undefined) return { diffId, size: layer.size, openTar: () => tars.layer(layer) }
  const openTar = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    await session.engine.prepare(below.slice(0, below.indexOf(layer) + 1), () => {}, signal)
    yield* tars.layer(layer)
  }
  const size = session.layers.get(layer.id)?.size ?? layer.size
  return { diffId, size, openTar, blob: { descriptor: blob, open: () => readStoredBlob(session, blob, signal) } }
}

/** A build may never have needed its base, and a registry that has a blob does not want it: it is fetched when it is read. */
export async function* readStoredBlob(
  session: Session,
  blob: Descriptor,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!(await session.store.has(blob.digest, blob.size))) await session.fetchBlob(blob, () => {}, signal)
  yield* session.store.read(blob.digest)
}
