import { extendTree, type LayerEntry, type MergedNode } from '../../archive/index.ts'
import { mergedView, type TreeView } from '../../fileset/index.ts'
import type { LayerContents } from './layer-contents.ts'

/** The trees that layers (ids, lowest first) show when stacked, from their indexes alone until content is asked for. */
export type LayerViews = (ids: readonly string[]) => TreeView

/** Each step of a build puts one layer on a stack that has just been merged: so many of the last trees are kept. */
const keptTrees = 8

/** Views whose trees are made from those of the last views where these are the lower part of the stack. */
export function createLayerViews(read: (id: string) => readonly LayerEntry[], contents: LayerContents): LayerViews {
  const kept = new Map<string, MergedNode>()
  const keyOf = (ids: readonly string[]): string => ids.join(' ')
  const treeOf = (ids: readonly string[]): MergedNode => {
    let known = ids.length
    while (known > 0 && !kept.has(keyOf(ids.slice(0, known)))) known -= 1
    const base = kept.get(keyOf(ids.slice(0, known)))
    const tree = known === ids.length && base !== undefined ? base : extendTree(base, ids.slice(known).map(read), known)
    kept.delete(keyOf(ids))
    kept.set(keyOf(ids), tree)
    const [oldest] = kept.keys()
    if (kept.size > keptTrees && oldest !== undefined) kept.delete(oldest)
    return tree
  }
  return (ids) => mergedView(treeOf(ids), ids, (id, path, length) => contents.read(id, path, { offset: 0, length }))
}
