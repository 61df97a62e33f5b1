import type { LayerStore } from '../../adapters/layer-store/index.ts'
import { digestOf, hexOf } from '../../core/index.ts'
import type { LayerRef, SelectionMemo } from '../../solver/index.ts'
import type { CallWorker } from './worker-process.ts'

export interface ClampParts {
  readonly memo: SelectionMemo
  readonly layers: LayerStore
  readonly call: CallWorker
}

/** The layer without modification times after `epoch`. The result is remembered by its diff id, which is its name in the store. */
export async function clampOnce(
  { memo, layers, call }: ClampParts,
  layer: LayerRef,
  { epoch, signal }: { readonly epoch: number; readonly signal: AbortSignal },
): Promise<LayerRef> {
  const key = digestOf(`clamp ${layer.id} ${epoch}`)
  const known = await memo.get(key)
  const stored = known === undefined ? undefined : layers.get(hexOf(known))
  if (stored !== undefined) return stored
  const clamped = await call('clamp', { layer, epoch }, { signal })
  await memo.put(key, clamped.diffId)
  return clamped
}
