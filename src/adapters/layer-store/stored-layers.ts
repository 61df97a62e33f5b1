import { existsSync } from 'node:fs'
import { createLayerContents } from './layer-contents.ts'
import { layerDirectory } from './layer-files.ts'
import { createLayerIndexCache } from './layer-index-cache.ts'
import type { LayerStore } from './layer-store.ts'

/** Layers of a store, for those who only look. */
export type StoredLayers = Pick<LayerStore, 'has' | 'readIndex' | 'readPart'>

/**
 * Reads the layers of a store without opening it: nothing is made, and nothing is kept from being removed meanwhile. What is
 * gone then is an error of `readIndex` and `readPart`, as in `openLayerStore`.
 */
export function storedLayers(root: string): StoredLayers {
  const indexes = createLayerIndexCache(root)
  const contents = createLayerContents(root, (id) => indexes.read(id))
  return {
    has: (id) => existsSync(layerDirectory(root, id)),
    readIndex: (id) => indexes.read(id),
    readPart: (id, path, part) => contents.read(id, path, part),
  }
}
