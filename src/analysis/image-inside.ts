import { type LayerEntry, type MergedNode, mergeLayers } from '../archive/index.ts'
import type { Digest } from '../core/index.ts'
import { mergedView, type TreeView } from '../fileset/index.ts'
import type { ReadPart } from '../inventory/index.ts'
import type { ImageConfig, Platform } from '../oci/index.ts'
import type { ImageBlame } from './blame.ts'

/** A layer with what is in it and where it came from. */
export interface InsideLayer {
  /** Its name in the store. */
  readonly id: string
  readonly diffId: Digest
  /** As the history of the image has it. */
  readonly instruction: string
  /** The Dockerfile and its one-based line, for layers that were built here. */
  readonly source?: string
  readonly line?: number
  readonly stage?: string
  /** Bytes of the blob as registries send it; absent where none is known. */
  readonly transfer?: number
  readonly entries: readonly LayerEntry[]
  /** By the path in the layer. */
  readonly read: ReadPart
}

/** An image for one platform, opened: what every analysis reads. */
export interface ImageInside {
  /** As it was asked for. */
  readonly name: string
  /** Digest of the configuration. */
  readonly id: Digest
  readonly platform: Platform
  readonly config: ImageConfig
  /** Lowest first. */
  readonly layers: readonly InsideLayer[]
  /** What all layers show together. */
  readonly root: MergedNode
  readonly view: TreeView
  /** Content by the path that the image shows; undefined for what cannot be read. */
  readonly read: ReadPart
  /** Which instruction made each file; known for images that were built here, or that carry it. */
  readonly blame?: ImageBlame
}

/** Makes the tree of the layers when somebody asks for it: 60 ms for 20,000 files. */
export function imageInside(parts: Omit<ImageInside, 'root' | 'view' | 'read'>): ImageInside {
  const { layers } = parts
  const ids = layers.map((_, index) => String(index))
  const readLayer = (layer: number, path: string, part: { offset: number; length: number }): Uint8Array | undefined =>
    layers[layer]?.read(path, part)
  let root: MergedNode | undefined
  let view: TreeView | undefined
  const rootOf = (): MergedNode => (root ??= mergeLayers(layers.map(({ entries }) => entries)))
  const viewOf = (): TreeView =>
    (view ??= mergedView(rootOf(), ids, (layer, path, size) => {
      const bytes = readLayer(Number(layer), path, { offset: 0, length: size })
      if (bytes === undefined) throw new RangeError(`/${path} cannot be read`)
      return bytes
    }))
  return {
    ...parts,
    get root() {
      return rootOf()
    },
    get view() {
      return viewOf()
    },
    read: (path, part) => {
      const origin = viewOf().node(path)?.kind === 'file' ? viewOf().origin(path) : undefined
      return origin?.kind === 'layer' ? readLayer(Number(origin.layer), origin.path, part) : undefined
    },
  }
}
