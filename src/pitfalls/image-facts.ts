import { type LayerEntry, type MergedNode, mergeLayers } from '../archive/index.ts'
import { once } from '../core/index.ts'
import { mergedView, type TreeView } from '../fileset/index.ts'
import type { RuntimeConfig } from '../oci/index.ts'

/** An image that was built of the file. */
export interface ImageFacts {
  readonly config: RuntimeConfig
  /** Lowest first. */
  readonly layers: readonly ImageLayer[]
  /** What all layers show together. */
  readonly root: MergedNode
  /** What the base shows. */
  readonly base: MergedNode
  /** The same as `root`; files begin like their first 64 KiB, and end there. */
  readonly view: TreeView
}

/** A layer with what is in it. */
export interface ImageLayer {
  /** The line of the Dockerfile that made it; absent for those of the base. */
  readonly line?: number
  /** The stage whose line it is. */
  readonly stage?: string
  /** As the history of the image has it. */
  readonly instruction: string
  readonly entries: readonly LayerEntry[]
  /** Part of a regular file of the layer; undefined when it cannot be read. */
  readonly read: (path: string, part: { readonly offset: number; readonly length: number }) => Uint8Array | undefined
}

/** Where linkers put all that is looked at, and `#!` stands. */
const headSize = 64 << 10

/** The trees of an image are made when somebody asks for them. */
export function imageFacts({ config, layers }: Pick<ImageFacts, 'config' | 'layers'>): ImageFacts {
  const lowest = layers.findIndex(({ line }) => line !== undefined)
  const merge = (some: readonly ImageLayer[]): MergedNode => mergeLayers(some.map(({ entries }) => entries))
  const root = once(() => merge(layers))
  const base = once(() => merge(lowest < 0 ? layers : layers.slice(0, lowest)))
  const ids = layers.map((_, index) => String(index))
  const read = (layer: string, path: string, size: number): Uint8Array =>
    layers[Number(layer)]?.read(path, { offset: 0, length: Math.min(size, headSize) }) ?? new Uint8Array()
  const view = once(() => mergedView(root(), ids, read))
  return {
    config,
    layers,
    get root() {
      return root()
    },
    get base() {
      return base()
    },
    get view() {
      return view()
    },
  }
}
