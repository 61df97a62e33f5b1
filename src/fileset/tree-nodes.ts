import { joinPath } from './tree-path.ts'
import type { TreeNode, TreeView } from './view.ts'

/** All nodes of a tree with their paths, in walk order: parents before what is in them. The root itself is left out. */
export function* treeNodes(view: TreeView, directory = ''): Generator<readonly [string, TreeNode], void, undefined> {
  for (const name of view.names(directory)) {
    const path = joinPath(directory, name)
    const node = view.node(path)
    if (node === undefined) continue
    yield [path, node]
    if (node.kind === 'dir') yield* treeNodes(view, path)
  }
}
