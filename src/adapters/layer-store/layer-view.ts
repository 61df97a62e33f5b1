import { readFileSync } from 'node:fs'
import { childNames, findNode, type LayerEntry, type MergedNode, mergeLayers } from '../../archive/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import type { TreeNode, TreeView } from '../../fileset/index.ts'
import { layerDirectory } from './layer-files.ts'

/** The tree that layers (ids, lowest first) show when stacked, from their indexes alone; content is read from `fs/`. */
export function viewLayers(
  root: string,
  ids: readonly string[],
  read: (id: string) => readonly LayerEntry[],
): TreeView {
  const tree = mergeLayers(ids.map(read))
  const sorted = new WeakMap<MergedNode, readonly string[]>()
  const file = (path: string): MergedNode => {
    const node = findNode(tree, path)
    if (node?.entry.kind !== 'file') throw new SlipwayError('internal', `/${path} is not a regular file`)
    return node
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
      const { content } = file(path)
      return readFileSync(fsPath(`${layerDirectory(root, ids[content.layer] ?? '')}/fs/${content.path}`))
    },
    origin: (path) => {
      const { content } = file(path)
      return { kind: 'layer', layer: ids[content.layer] ?? '', path: content.path }
    },
  }
}

function toTreeNode({ entry, inode }: MergedNode): TreeNode {
  const { path: _path, kind, opaque: _opaque, ...rest } = entry
  if (kind === 'whiteout' || kind === 'hardlink') throw new SlipwayError('internal', `a merged tree holds a ${kind}`)
  return { ...rest, kind, ...(inode === undefined ? {} : { inode }) }
}
