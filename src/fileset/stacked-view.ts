import { childNames, findNode, type LayerEntry, type MergedNode, mergeLayers } from '../archive/index.ts'
import type { TreeNode, TreeView } from './view.ts'

/** A layer as far as a view needs it. */
export interface StackedLayer {
  /** What origins call it. */
  readonly id: string
  readonly entries: readonly LayerEntry[]
}

/** The content of a file of a layer, by the path it has there; `size` in bytes. */
export type ReadStacked = (layer: string, path: string, size: number) => Uint8Array

/** The tree that layers (lowest first) show when stacked, from their entries alone; `read` is asked for content. */
export function stackedView(layers: readonly StackedLayer[], read: ReadStacked): TreeView {
  const ids = layers.map(({ id }) => id)
  return mergedView(mergeLayers(layers.map(({ entries }) => entries)), ids, read)
}

/** The same for a tree that has been merged already; `layers` are the ids of its layers, lowest first. */
export function mergedView(tree: MergedNode, layers: readonly string[], read: ReadStacked): TreeView {
  const sorted = new WeakMap<MergedNode, readonly string[]>()
  const placeOf = (path: string): { readonly layer: string; readonly path: string; readonly size: number } => {
    const node = findNode(tree, path)
    if (node?.entry.kind !== 'file') throw new RangeError(`/${path} is not a regular file`)
    return { layer: layers[node.content.layer] ?? '', path: node.content.path, size: node.entry.size }
  }
  return {
    node: (path) => {
      const node = findNode(tree, path)
      return node === undefined ? undefined : toTreeNode(node)
    },
    names: (path) => {
      const node = findNode(tree, path)
      if (node?.children === undefined) return []
      const names = sorted.get(node) ?? childNames(node)
      sorted.set(node, names)
      return names
    },
    read: (path) => {
      const place = placeOf(path)
      return read(place.layer, place.path, place.size)
    },
    origin: (path) => {
      const { layer, path: inLayer } = placeOf(path)
      return { kind: 'layer', layer, path: inLayer }
    },
  }
}

function toTreeNode({ entry, inode }: MergedNode): TreeNode {
  const { path: _path, kind, opaque: _opaque, ...rest } = entry
  if (kind === 'whiteout' || kind === 'hardlink') throw new TypeError(`a merged tree holds a ${kind}`)
  return { ...rest, kind, ...(inode === undefined ? {} : { inode }) }
}
