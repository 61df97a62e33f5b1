import { openDirectory } from '../../adapters/context/index.ts'
import type { PlannedEntry, TreeView } from '../../fileset/index.ts'
import type { LayerRef, TreeRef } from '../../solver/index.ts'
import type { WorkerWorld } from './worker-world.ts'

type HostTree = TreeRef & { readonly kind: 'host' }

const cached = new Map<string, Promise<LayerRef>>()

/**
 * A context as a directory that a step may mount: what the ignore file excludes is not there and everything belongs to
 * root, as when it is copied. Made once per context, as a layer, so that two steps can share it.
 */
export async function filteredTree(world: WorkerWorld, tree: HostTree, signal: AbortSignal): Promise<string> {
  return world.layers.directory((await treeLayer(world, tree, signal)).id, signal)
}

/** The same as a layer. */
export function treeLayer(world: WorkerWorld, tree: HostTree, signal: AbortSignal): Promise<LayerRef> {
  const key = JSON.stringify(tree)
  const known = cached.get(key)
  if (known !== undefined) return known
  const view = openDirectory(tree.path, { ignore: tree.ignore, squashOwner: tree.squashOwner })
  const made = world.layers.commitEntries([...entriesBelow(view, '')], { signal })
  cached.set(key, made)
  made.catch(() => cached.delete(key))
  return made
}

/** All nodes below a directory, links between names of one file kept. */
export function* entriesBelow(
  view: TreeView,
  directory: string,
  leaders = new Map<string, string>(),
): Generator<PlannedEntry> {
  for (const name of view.names(directory)) {
    const path = directory === '' ? name : `${directory}/${name}`
    const node = view.node(path)
    if (node === undefined || node.kind === 'socket') continue
    const { inode, kind, ...rest } = node
    const leader = inode === undefined ? undefined : leaders.get(inode)
    if (leader !== undefined) yield { ...rest, path, kind: 'hardlink', size: 0, linkname: leader }
    else yield { ...rest, path, kind, ...(kind === 'file' ? { from: view.origin(path) } : {}) }
    if (inode !== undefined && leader === undefined) leaders.set(inode, path)
    if (kind === 'dir') yield* entriesBelow(view, path, leaders)
  }
}
