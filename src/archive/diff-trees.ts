import type { LayerEntry } from './entry.ts'
import { asLink, flattenTree, type MergedNode } from './merged-tree.ts'
import { compareNames, joinPath } from './path-order.ts'

/**
 * The layer that turns `lower` into `upper`: changed and new paths, whiteouts for removed ones, in walk order. Laid on
 * `lower` it shows `upper`, and the difference of equal trees is empty. Modification times count as content; when one name
 * of a hard-linked file differs, all its names are part of the difference. The root's own attributes are left out.
 */
export function diffTrees(lower: MergedNode, upper: MergedNode): LayerEntry[] {
  const links = changedLinks(lower, upper)
  const entries: LayerEntry[] = []
  diffDirectory({ lower, upper, path: '' }, links, entries)
  return withLinks(entries, upper)
}

interface Pair {
  readonly lower: MergedNode | undefined
  readonly upper: MergedNode
  readonly path: string
}

function diffDirectory({ lower, upper, path }: Pair, links: ReadonlySet<string>, entries: LayerEntry[]): void {
  const names = new Set([...(lower?.children?.keys() ?? []), ...(upper.children?.keys() ?? [])])
  for (const name of [...names].sort(compareNames)) {
    const before = lower?.children?.get(name)
    const after = upper.children?.get(name)
    const at = joinPath(path, name)
    if (after === undefined) {
      entries.push({ path: at, kind: 'whiteout', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0n })
      continue
    }
    const forced = links.has(after.inode ?? loneKey(after))
    if (before === undefined || forced || !sameEntry(before.entry, after.entry)) entries.push(withoutMark(after.entry))
    if (after.children !== undefined)
      diffDirectory({ lower: before?.children && before, upper: after, path: at }, links, entries)
  }
}

function withoutMark(entry: LayerEntry): LayerEntry {
  const { opaque: _, ...rest } = entry
  return rest
}

/** Inodes of `upper` of which some name is new, changed or linked differently below. */
function changedLinks(lower: MergedNode, upper: MergedNode): Set<string> {
  const before = groupsOf(lower)
  const changed = new Set<string>()
  for (const [inode, nodes] of groupsOf(upper).byInode) {
    const paths = nodes.map((node) => node.entry.path)
    const olds = paths.map((path) => before.byPath.get(path))
    const oldInode = olds[0]?.inode
    const same =
      oldInode !== undefined &&
      olds.every(
        (old, index) =>
          old !== undefined && old.inode === oldInode && sameEntry(old.entry, (nodes[index] as MergedNode).entry),
      ) &&
      before.byInode.get(oldInode)?.length === paths.length
    if (!same) changed.add(inode)
  }
  // A file that was linked below and stands alone now must be stated again, or it would still share.
  for (const { node } of flattenTree(upper)) {
    const old = node.inode === undefined ? before.byPath.get(node.entry.path)?.inode : undefined
    if (old !== undefined && (before.byInode.get(old)?.length ?? 0) > 1) changed.add(loneKey(node))
  }
  return changed
}

function loneKey(node: MergedNode): string {
  return `/${node.entry.path}`
}

function groupsOf(root: MergedNode): {
  readonly byInode: Map<string, MergedNode[]>
  readonly byPath: Map<string, MergedNode>
} {
  const byInode = new Map<string, MergedNode[]>()
  const byPath = new Map<string, MergedNode>()
  for (const { node } of flattenTree(root)) {
    if (node.inode === undefined) continue
    const group = byInode.get(node.inode)
    if (group === undefined) byInode.set(node.inode, [node])
    else group.push(node)
    byPath.set(node.entry.path, node)
  }
  return { byInode, byPath }
}

/** Turns all names of a file but the first into links to it. */
function withLinks(entries: readonly LayerEntry[], upper: MergedNode): LayerEntry[] {
  const inodeOf = new Map<string, string>()
  for (const { node } of flattenTree(upper)) if (node.inode !== undefined) inodeOf.set(node.entry.path, node.inode)
  const first = new Map<string, string>()
  return entries.map((entry) => {
    const inode = entry.kind === 'whiteout' ? undefined : inodeOf.get(entry.path)
    if (inode === undefined) return entry
    const leader = first.get(inode)
    if (leader !== undefined) return asLink(entry, leader)
    first.set(inode, entry.path)
    return entry
  })
}

function sameEntry(a: LayerEntry, b: LayerEntry): boolean {
  const same =
    a.kind === b.kind &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.size === b.size &&
    a.mtime === b.mtime &&
    a.linkname === b.linkname &&
    (a.devMajor ?? 0) === (b.devMajor ?? 0) &&
    (a.devMinor ?? 0) === (b.devMinor ?? 0) &&
    a.digest === b.digest
  // Files of unknown content are the same only when they are the same entry.
  return (
    same && sameXattrs(a.xattrs, b.xattrs) && (a.kind !== 'file' || a.size === 0 || a.digest !== undefined || a === b)
  )
}

function sameXattrs(a: LayerEntry['xattrs'], b: LayerEntry['xattrs']): boolean {
  const left = Object.entries(a ?? {})
  if (left.length !== Object.keys(b ?? {}).length) return false
  return left.every(([name, value]) => b?.[name] !== undefined && Buffer.compare(value, b[name]) === 0)
}
