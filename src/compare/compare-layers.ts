import type { LayerSize } from './image-facts.ts'
import { instructionText } from './instruction-text.ts'

/** A layer that only one of two images has. */
export interface LayerDifference extends LayerSize {
  readonly change: 'added' | 'removed'
}

/** What a machine that has the earlier image must fetch for the later one. */
export interface FetchedLayers {
  readonly layers: number
  /** Bytes of their files. */
  readonly disk: number
  /** Bytes of their blobs; absent when one was never compressed. */
  readonly transfer?: number
}

export interface LayerComparison {
  /** Layers of the later image that the earlier one has. */
  readonly shared: number
  readonly fetched: FetchedLayers
  /** Removed ones first, each in the order of their image. */
  readonly different: readonly LayerDifference[]
}

/** Layers are the same when their uncompressed content is: registries and stores keep them once. */
export function compareLayers(before: readonly LayerSize[], after: readonly LayerSize[]): LayerComparison {
  const added = without(after, before)
  const removed = without(before, after)
  return {
    shared: after.length - added.length,
    fetched: fetchedOf(added),
    different: [
      ...removed.map((layer) => ({ ...asWritten(layer), change: 'removed' as const })),
      ...added.map((layer) => ({ ...asWritten(layer), change: 'added' as const })),
    ],
  }
}

function asWritten(layer: LayerSize): LayerSize {
  return layer.instruction === undefined ? layer : { ...layer, instruction: instructionText(layer.instruction) }
}

function without(layers: readonly LayerSize[], others: readonly LayerSize[]): readonly LayerSize[] {
  const known = new Set(others.map(({ diffId }) => diffId))
  return layers.filter(({ diffId }) => !known.has(diffId))
}

/** A layer that an image has twice is fetched once. */
function fetchedOf(added: readonly LayerSize[]): FetchedLayers {
  const single = [...new Map(added.map((layer) => [layer.diffId, layer])).values()]
  const transfers = single.flatMap(({ transfer }) => transfer ?? [])
  return {
    layers: single.length,
    disk: single.reduce((sum, { disk }) => sum + disk, 0),
    ...(transfers.length === single.length ? { transfer: transfers.reduce((sum, bytes) => sum + bytes, 0) } : {}),
  }
}
