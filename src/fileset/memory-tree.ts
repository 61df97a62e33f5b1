import type { LayerEntry } from '../archive/index.ts'
import { baseOf, cleanPath, joinPath, parentOf } from './tree-path.ts'
import type { ContentOrigin, PlannedEntry, TreeNode, TreeView } from './view.ts'

/** A node to be put into a memory tree: only what differs from a plain 0644 file (0755 directory) of root. */
export interface MemoryNode extends Partial<TreeNode> {
  readonly content?: string | Uint8Array
}

/** What a memory tree is made of, by path: text or bytes for a file, a node for anything else. */
export type MemoryFiles = Readonly<Record<string, string | Uint8Array | MemoryNode>>

interface Stored {
  readonly node: TreeNode
  readonly from: ContentOrigin | undefined
  readonly names: Set<string>
}

/** A tree of inline files. Missing parent directories appear as 0755 directories of root with mtime 0. */
export function memoryTree(files: MemoryFiles): TreeView {
  const stored = new Map<string, Stored>([['', directory()]])
  for (const [path, value] of Object.entries(files)) {
    const plain = typeof value === 'string' || value instanceof Uint8Array
    put(stored, cleanPath(path), ...memoryNode(plain ? { content: value } : value))
  }
  return viewOf(stored)
}

/** The tree one sees when `entries` lie as a layer on `lower`: replaced, merged, whited out, linked. */
export function applyEntries(lower: TreeView, entries: readonly PlannedEntry[]): TreeView {
  const stored = new Map<string, Stored>([['', directory()]])
  copyTree(lower, '', stored)
  for (const entry of entries) {
    const before = stored.get(entry.path)
    if (entry.kind === 'whiteout' || (before?.node.kind === 'dir' && entry.kind !== 'dir') || entry.opaque === true) {
      remove(stored, entry.path)
    }
    if (entry.kind === 'whiteout') continue
    if (entry.kind === 'hardlink') link(stored, entry)
    else put(stored, entry.path, nodeOf(entry, entry.kind), entry.from)
  }
  return viewOf(stored)
}

function memoryNode({ content, ...given }: MemoryNode): [TreeNode, ContentOrigin | undefined] {
  const kind = given.kind ?? 'file'
  const data = typeof content === 'string' ? Buffer.from(content) : (content ?? new Uint8Array())
  const mode = kind === 'dir' ? 0o755 : kind === 'symlink' ? 0o777 : 0o644
  const base = { kind, mode, uid: 0, gid: 0, size: kind === 'file' ? data.length : 0, mtime: 0n }
  return [{ ...base, ...given }, kind === 'file' ? { kind: 'inline', data } : undefined]
}

function directory(): Stored {
  return { node: memoryNode({ kind: 'dir' })[0], from: undefined, names: new Set() }
}

function put(stored: Map<string, Stored>, path: string, node: TreeNode, from: ContentOrigin | undefined): void {
  if (path !== '') {
    const parent = parentOf(path)
    if (stored.get(parent)?.node.kind !== 'dir') put(stored, parent, directory().node, undefined)
    stored.get(parent)?.names.add(baseOf(path))
  }
  stored.set(path, { node, from, names: stored.get(path)?.names ?? new Set() })
}

function link(stored: Map<string, Stored>, entry: PlannedEntry): void {
  const target = entry.linkname === undefined ? undefined : stored.get(entry.linkname)
  if (target === undefined || entry.linkname === undefined)
    throw new RangeError(`no target for hard link ${entry.path}`)
  const inode = target.node.inode ?? `link:${entry.linkname}`
  const node = { ...target.node, inode }
  put(stored, entry.linkname, node, target.from)
  put(stored, entry.path, node, target.from)
}

function remove(stored: Map<string, Stored>, path: string): void {
  for (const key of stored.keys()) {
    if (key !== '' && (key === path || key.startsWith(`${path}/`))) stored.delete(key)
  }
  stored.get(parentOf(path))?.names.delete(baseOf(path))
}

function copyTree(view: TreeView, path: string, stored: Map<string, Stored>): void {
  const node = view.node(path)
  if (node === undefined) return
  put(stored, path, node, node.kind === 'file' ? view.origin(path) : undefined)
  for (const name of view.names(path)) copyTree(view, joinPath(path, name), stored)
}

function nodeOf(entry: LayerEntry, kind: TreeNode['kind']): TreeNode {
  const { path: _path, kind: _kind, opaque: _opaque, ...rest } = entry
  return { ...rest, kind }
}

function viewOf(stored: ReadonlyMap<string, Stored>): TreeView {
  const origin = (path: string): ContentOrigin => {
    const from = stored.get(path)?.from
    if (from === undefined) throw new RangeError(`not a regular file: ${path}`)
    return from
  }
  return {
    node: (path) => stored.get(path)?.node,
    names: (path) => [...(stored.get(path)?.names ?? [])].sort(),
    origin,
    read: (path) => {
      const from = origin(path)
      if (from.kind !== 'inline') throw new RangeError(`the content of ${path} is not in memory`)
      return from.data
    },
  }
}
