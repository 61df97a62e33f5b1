import { joinPath } from '../../archive/index.ts'
import { digestOf } from '../../core/index.ts'
import type { PlannedEntry, TreeNode, TreeView } from '../../fileset/index.ts'

/**
 * The entries of an installed system, freed of the moment it was installed: times after `newest` (nanoseconds) become
 * `newest`, and so does the day of the last password change. The same packages give the same entries.
 */
export function finishedEntries(view: TreeView, newest: bigint): readonly PlannedEntry[] {
  const entries: PlannedEntry[] = []
  const leaders = new Map<string, string>()
  const visit = (path: string): void => {
    const node = view.node(path)
    if (node === undefined || node.kind === 'socket') return
    const entry = path === '' ? undefined : finishedEntry(view, { path, node, newest, leaders })
    if (entry !== undefined) entries.push(entry)
    if (node.kind === 'dir' && !emptied.has(path)) for (const name of view.names(path)) visit(joinPath(path, name))
  }
  visit('')
  return entries
}

/** Mount points of the run: whatever is in them belongs to the machine. */
const emptied = new Set(['dev', 'proc', 'sys'])

function finishedEntry(
  view: TreeView,
  at: {
    readonly path: string
    readonly node: TreeNode
    readonly newest: bigint
    readonly leaders: Map<string, string>
  },
): PlannedEntry | undefined {
  const { path, newest } = at
  const { inode, kind, ...node } = at.node
  if (kind === 'socket' || mountedFiles.has(path)) return undefined
  const entry = { ...node, path, mtime: node.mtime > newest ? newest : node.mtime }
  if (kind !== 'file') return { ...entry, kind }
  const leader = inode === undefined ? undefined : at.leaders.get(inode)
  if (leader !== undefined) {
    const { mode, uid, gid, mtime } = entry
    return { path, kind: 'hardlink', mode, uid, gid, mtime, size: 0, linkname: leader }
  }
  if (inode !== undefined) at.leaders.set(inode, path)
  if (path === 'etc/shadow') return { ...entry, ...undated(view.read(path), newest) }
  return { ...entry, kind, from: view.origin(path) }
}

/** Made by whoever runs a container. */
const mountedFiles = new Set(['etc/hostname', 'etc/hosts', 'etc/resolv.conf', '.dockerenv'])

/** shadow(5): the third field is the day of the last change. */
function undated(shadow: Uint8Array, newest: bigint): Pick<PlannedEntry, 'kind' | 'size' | 'digest' | 'from'> {
  const day = String(newest / 86_400_000_000_000n)
  const text = Buffer.from(shadow)
    .toString('utf8')
    .replace(/^([^:\n]*:[^:\n]*):\d+:/gm, `$1:${day}:`)
  const data = Buffer.from(text, 'utf8')
  return { kind: 'file', size: data.length, digest: digestOf(data), from: { kind: 'inline', data } }
}
