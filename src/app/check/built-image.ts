import { type BlobStore, type ListedImage, openBlobStore } from '../../adapters/blob-store/index.ts'
import { type StoredLayers, storedLayers } from '../../adapters/layer-store/index.ts'
import { type ImageFacts, imageFacts, type RunFacts } from '../../pitfalls/index.ts'
import { layerTransferSize } from '../images/layer-sizes.ts'
import { builtFrom, type BuiltText } from './built-images.ts'
import type { WeighedLayer } from './line-costs.ts'

/** What a Dockerfile has become. */
export interface BuiltImage {
  /** Lowest first; those of the base that have not been fetched are missing. */
  readonly layers: readonly WeighedLayer[]
  /** Absent while layers of the base are missing: what the image shows is then not known. */
  readonly facts?: ImageFacts
  /** How it has started, for those who wanted to know. */
  readonly run?: RunFacts
}

/** Finds what a Dockerfile has become; undefined when it was not built here. */
export type FindImage = (document: ImageQuestion) => Promise<BuiltImage | undefined>

/** A Dockerfile, for those who look for its image or make one. */
export interface ImageQuestion extends BuiltText {
  /** Absolute; absent for standard input. */
  readonly path?: string
  /** Absolute path of the context; absent when nobody knows it. */
  readonly context?: string
}

/** Where images are read; every session has it. */
export interface ImageStores {
  readonly store: Pick<BlobStore, 'images' | 'diffBlobs'>
  readonly layers: StoredLayers
}

/**
 * The image that was built last of exactly the same text. Opens the store only when there is one: without it, this reads one
 * file. An image that has been removed since is none.
 */
export function lastBuilt(root: string): FindImage {
  return async (built) => {
    const id = builtFrom(root, built)
    if (id === undefined) return undefined
    const store = openBlobStore(root)
    try {
      const stores = { store, layers: unheldLayers(root) }
      return await readBuilt(stores, await store.images.resolve(id))
    } catch {
      return undefined
    } finally {
      store.close()
    }
  }
}

/** Nothing keeps these layers where they are: what is gone when it is read has no files. */
function unheldLayers(root: string): StoredLayers {
  const layers = storedLayers(root)
  const readIndex: StoredLayers['readIndex'] = (id) => {
    try {
      return layers.readIndex(id)
    } catch {
      return []
    }
  }
  return { ...layers, readIndex }
}

/** The layers of an image with the lines that have made them. Rejects when the image is broken. */
export async function readBuilt(stores: ImageStores, image: ListedImage): Promise<BuiltImage> {
  const { config, history } = await stores.store.images.config(image.id)
  const layers: WeighedLayer[] = []
  let next = 0
  for (const [index, { empty_layer, created_by }] of history.entries()) {
    if (empty_layer === true) continue
    const layer = image.layers[next++]
    if (layer === undefined || !stores.layers.has(layer.id)) continue
    const origin = image.origins[index] ?? undefined
    const transfer = await layerTransferSize(stores, layer)
    layers.push({
      ...(origin === undefined ? {} : { line: origin.line }),
      ...(origin?.stage === undefined ? {} : { stage: origin.stage }),
      ...(transfer === undefined ? {} : { transfer }),
      instruction: created_by ?? '',
      // An index of 10,000 entries takes 20 ms to read, and most findings are about one line.
      get entries() {
        return stores.layers.readIndex(layer.id)
      },
      read: reader(stores.layers, layer.id),
    })
  }
  const isWhole = layers.length === image.layers.length
  return { layers, ...(isWhole ? { facts: imageFacts({ config, layers }) } : {}) }
}

function reader(layers: StoredLayers, id: string): WeighedLayer['read'] {
  return (path, part) => {
    try {
      return layers.readPart(id, path, part)
    } catch {
      // Files of subordinate users that only they may read.
      return undefined
    }
  }
}
