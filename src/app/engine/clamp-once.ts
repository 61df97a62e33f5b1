import type { LayerStore } from '../../adapters/layer-store/index.ts'
import { digestOf, hexOf } from '../../core/index.ts'
import type { LayerRef, SelectionMemo } from '../../solver/index.ts'
import type { BlobOrigins } from './blob-origins.ts'
import type { Preparer } from './prepare-layers.ts'
import type { CallWorker } from './worker-process.ts'

export interface ClampParts {
  readonly memo: SelectionMemo
  readonly layers: LayerStore
  readonly call: CallWorker
  readonly origins: BlobOrigins
  readonly prepare: Preparer['prepare']
}

/**
 * The layer without modification times after `epoch`. The result is remembered by its diff id, which is its name in the store. A
 * layer that is not here and is said to be such a result is taken for one: it would have to be downloaded to be looked at.
 */
export async function clampOnce(
  { memo, layers, call, origins, prepare }: ClampParts,
  layer: LayerRef,
  { epoch, signal }: { readonly epoch: number; readonly signal: AbortSignal },
): Promise<LayerRef> {
  const offered = layer.blob === undefined || layers.has(layer.id) ? undefined : origins.offered(layer.blob.digest)
  if (offered?.latest !== undefined && offered.latest <= epoch) return layer
  const key = digestOf(`clamp ${layer.id} ${epoch}`)
  const known = await memo.get(key)
  const stored = known === undefined ? undefined : layers.get(hexOf(known))
  if (stored !== undefined) return stored
  await prepare([layer], () => {}, signal)
  const clamped = await call('clamp', { layer, epoch }, { signal })
  await memo.put(key, clamped.diffId)
  return clamped
}
