import { compressLayer, parseOutputSpec } from '../../adapters/exporters/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'
import { layerTransferSize } from './layer-sizes.ts'

/** Nothing else is running. */
const processors = 4

/** Compresses layers that no blob is known of, in the usual form; an export uses the blobs. All layers must be unpacked here. */
export async function compressLayers(session: Session, layers: readonly LayerRef[]): Promise<void> {
  const output = parseOutputSpec('type=oci')
  if (!('image' in output)) return
  const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
  for (const layer of layers) {
    if ((await layerTransferSize(session, layer)) !== undefined) continue
    const tar = { diffId: layer.diffId, openTar: () => tars.layer(layer) }
    await compressLayer(tar, session.store, { ...output.image, processors: () => processors })
  }
}
