import { type Draft, makeDirectories, PlanStop } from './draft.ts'
import type { Owner } from './owner.ts'
import { resolveConfined } from './resolve.ts'
import { baseOf, joinPath, parentOf } from './tree-path.ts'
import type { PlannedEntry, TreeNode, TreeView } from './view.ts'

interface Unpacking {
  /** The directory in the draft that is the root for the archive: links cannot lead out of it. */
  readonly base: string
  /** The tree under the draft, for hard links to files that were there before. */
  readonly lower: TreeView
  readonly owner: Owner | undefined
  readonly time: bigint
}

/**
 * Writes the entries of an archive below `base`, in their order, as ADD does: directories merge and take the metadata of
 * the archive, everything else replaces what is there, whole directories included; missing parents are 0755 of root;
 * owners come from the archive unless `owner` is given.
 */
export function unpackArchive(draft: Draft, entries: readonly PlannedEntry[], unpacking: Unpacking): void {
  for (const entry of entries) {
    const named = entry.kind === 'whiteout' ? whiteoutFile(entry) : entry
    if (named.path !== '') unpackEntry(draft, named, unpacking)
  }
}

function unpackEntry(draft: Draft, entry: PlannedEntry, unpacking: Unpacking): void {
  const { owner, time } = unpacking
  const path = place(draft, entry.path, unpacking)
  makeDirectories(draft, parentOf(path), { mode: 0o755, owner: { uid: 0, gid: 0 }, mtime: time })
  const existing = draft.node(path)
  const { path: _path, kind, opaque: _opaque, from, ...rest } = entry
  if (kind === 'hardlink') {
    const target = linkTarget(draft, place(draft, entry.linkname ?? '', unpacking), { unpacking, link: entry.path })
    if (existing?.kind === 'dir') draft.clear(path)
    draft.put(path, { ...target, node: { ...target.node, ...owner } })
    return
  }
  if (existing?.kind === 'dir' && kind !== 'dir') draft.clear(path)
  const node: TreeNode = { ...rest, ...owner, kind: kind as TreeNode['kind'] }
  draft.put(path, { node, ...(from === undefined ? {} : { from }) })
}

/**
 * Where a path of the archive is in the draft: links in its directories are followed with `base` as the root. A relative
 * link that climbs above it is refused as BuildKit does: what it means depends on where the archive is unpacked.
 */
function place(draft: Draft, path: string, { base }: Unpacking): string {
  const directory = resolveConfined({ node: (below) => draft.node(joinPath(base, below)) }, parentOf(path))
  if (path.split('/').includes('..') || (typeof directory !== 'string' && directory.kind === 'escape'))
    throw new PlanStop(`the archive entry ${JSON.stringify(path)} leads out of the destination`)
  if (typeof directory !== 'string')
    throw new PlanStop(`too many levels of symbolic links in the archive at ${JSON.stringify(path)}`)
  return joinPath(base, joinPath(directory, baseOf(path)))
}

/** The file a hard link shares, ready to be planned again under the name of the link. */
function linkTarget(
  draft: Draft,
  target: string,
  { unpacking, link }: { readonly unpacking: Unpacking; readonly link: string },
): { readonly node: TreeNode; readonly group: object } {
  const node = draft.node(target)
  if (node === undefined || node.kind === 'dir') {
    throw new PlanStop(
      `the archive has a hard link ${JSON.stringify(link)} to ${JSON.stringify(target)}, which is not a file`,
    )
  }
  const planned = draft.planned(target)
  const from = planned?.from ?? (node.kind === 'file' ? unpacking.lower.origin(target) : undefined)
  const shared = { node, group: planned?.group ?? {}, ...(from === undefined ? {} : { from }) }
  draft.put(target, shared)
  return shared
}

/** ADD unpacks plain tars: a name that begins with `.wh.` is a file like any other. */
function whiteoutFile(entry: PlannedEntry): PlannedEntry {
  const path = joinPath(parentOf(entry.path), `.wh.${baseOf(entry.path)}`)
  return { ...entry, path, kind: 'file', from: { kind: 'inline', data: new Uint8Array() } }
}
