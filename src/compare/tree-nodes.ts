import { joinPath, type TreeNode, type TreeView } from '../fileset/index.ts'

/** All nodes of a tree by path, parents before children; the root itself is left out. */
export function treeNodes(view: TreeView): ReadonlyMap<string, TreeNode> {
  const nodes = new Map<string, TreeNode>()
  const walk = (directory: string): void => {
    for (const name of view.names(directory)) {
      const path = joinPath(directory, name)
      const node = view.node(path)
      if (node === undefined) continue
      nodes.set(path, node)
      if (node.kind === 'dir') walk(path)
    }
  }
  walk('')
  return nodes
}
