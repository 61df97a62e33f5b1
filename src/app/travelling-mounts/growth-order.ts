import { openDirectory } from '../../adapters/context/index.ts'
import { compareNames, type LayerEntry } from '../../archive/index.ts'
import type { TreeNode } from '../../fileset/index.ts'

const second = 1_000_000_000n

/**
 * What lies in a cache, in an order in which growing puts new things at the end: directories by path, then everything else by
 * time of modification and path. Caches name files by hashes, so that by path new ones would lie everywhere among the old
 * and change every chunk. Times are whole seconds, which is all that unpacking restores exactly. Sockets, pipes and
 * devices are of no use elsewhere and left out.
 */
export function entriesInGrowthOrder(directory: string): readonly LayerEntry[] {
  const view = openDirectory(directory)
  const entries: LayerEntry[] = []
  const visit = (parent: string): void => {
    for (const name of view.names(parent)) {
      const path = parent === '' ? name : `${parent}/${name}`
      const node = view.node(path)
      if (node === undefined || !isPortable(node)) continue
      const { kind, mode, uid, gid, size, linkname, inode } = node
      const mtime = (node.mtime / second) * second
      const link = linkname === undefined ? {} : { linkname }
      entries.push({ path, kind, mode, uid, gid, size, mtime, ...link, ...(inode === undefined ? {} : { inode }) })
      if (kind === 'dir') visit(path)
    }
  }
  visit('')
  entries.sort(before)
  return withHardLinks(entries)
}

type Portable = TreeNode & { readonly kind: 'file' | 'dir' | 'symlink' }

function isPortable(node: TreeNode): node is Portable {
  return node.kind === 'file' || node.kind === 'dir' || node.kind === 'symlink'
}

function before(a: LayerEntry, b: LayerEntry): number {
  if ((a.kind === 'dir') !== (b.kind === 'dir')) return a.kind === 'dir' ? -1 : 1
  if (a.kind !== 'dir' && a.mtime !== b.mtime) return a.mtime < b.mtime ? -1 : 1
  return compareNames(a.path, b.path)
}

/** The first name of an inode is the file, the others are links to it. */
function withHardLinks(entries: readonly (LayerEntry & { readonly inode?: string })[]): readonly LayerEntry[] {
  const first = new Map<string, string>()
  return entries.map(({ inode, ...entry }): LayerEntry => {
    if (inode === undefined || entry.kind !== 'file') return entry
    const known = first.get(inode)
    if (known === undefined) {
      first.set(inode, entry.path)
      return entry
    }
    return { ...entry, kind: 'hardlink', size: 0, linkname: known }
  })
}
