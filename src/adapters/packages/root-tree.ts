import { comparePaths, type LayerEntry, parentOf } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import { plannedFile } from './content-store.ts'

/** A root file system in the making: one entry per path, parents included, on merged /usr. */
export interface RootTree {
  readonly entries: Map<string, PlannedEntry>
  /** Nanoseconds: the newest time of a packaged file. Everything made by hand gets it; it depends on versions alone. */
  newest: bigint
}

export function createRootTree(): RootTree {
  return { entries: new Map(), newest: 0n }
}

/**
 * Lays the files of a package over the tree. Directories are merged (the newest time wins, so that the order of packages
 * does not matter); a file that two packages ship with different content throws `package-archive`.
 */
export function addPackageFiles(tree: RootTree, name: string, shipped: readonly PlannedEntry[]): void {
  for (const original of shipped) {
    const entry = onMergedUsr(original)
    if (entry === undefined) continue
    if (entry.mtime > tree.newest) tree.newest = entry.mtime
    const present = tree.entries.get(entry.path)
    if (present === undefined) tree.entries.set(entry.path, entry)
    else if (entry.kind === 'dir') mergeDirectory(tree, present, entry)
    else if (present.kind !== entry.kind || present.digest !== entry.digest || present.linkname !== entry.linkname) {
      throw new SlipwayError(
        'package-archive',
        `/${entry.path} of ${name} is also in another package, with other content`,
      )
    }
  }
}

/** Adds or replaces a file made by the product itself: owner root, mode 0644 unless told otherwise. */
export function putFile(tree: RootTree, path: string, data: string | Uint8Array, mode = 0o644): void {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
  tree.entries.set(path, plannedFile({ path, mode, uid: 0, gid: 0, mtime: madeByHand }, bytes, undefined))
}

/** Adds a directory unless there is one. */
export function putDirectory(
  tree: RootTree,
  path: string,
  attributes: { mode?: number; uid?: number; gid?: number } = {},
): void {
  const { mode = 0o755, uid = 0, gid = 0 } = attributes
  if (tree.entries.get(path)?.kind !== 'dir')
    tree.entries.set(path, { path, kind: 'dir', mode, uid, gid, size: 0, mtime: madeByHand })
}

/** Adds or replaces a symbolic link. */
export function putLink(tree: RootTree, path: string, target: string): void {
  tree.entries.set(path, {
    path,
    kind: 'symlink',
    mode: 0o777,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: madeByHand,
    linkname: target,
  })
}

/** The finished tree in path order, parents before children, the first name of every hard link as the file. */
export function rootEntries(tree: RootTree): readonly PlannedEntry[] {
  for (const path of tree.entries.keys()) addParents(tree, path)
  for (const [link, target] of mergedUsr) {
    if (tree.entries.get(target)?.kind === 'dir') putLink(tree, link, target)
  }
  const sorted = [...tree.entries.values()].sort((a, b) => comparePaths(a.path, b.path))
  return leadHardlinks(sorted).map((entry) => (entry.mtime === madeByHand ? { ...entry, mtime: tree.newest } : entry))
}

/** Stands for `newest`, which is not known before the last package is in. No file of a package is older than 1970. */
const madeByHand = -1n

const mergedUsr: readonly (readonly [link: string, target: string])[] = [
  ['bin', 'usr/bin'],
  ['lib', 'usr/lib'],
  ['lib64', 'usr/lib64'],
  ['sbin', 'usr/sbin'],
]

/** Debian 12 ships files in /bin, /lib and /sbin that belong below /usr, where the directories are links. */
function onMergedUsr(entry: PlannedEntry): PlannedEntry | undefined {
  const moved = { ...entry, path: usrPath(entry.path) }
  if (entry.kind === 'hardlink' && entry.linkname !== undefined) return { ...moved, linkname: usrPath(entry.linkname) }
  // The links themselves come from rootEntries.
  if (entry.kind === 'symlink' && mergedUsr.some(([link]) => link === entry.path)) return undefined
  return moved
}

function usrPath(path: string): string {
  const top = path.split('/', 1)[0] as string
  return mergedUsr.some(([link]) => link === top) ? `usr/${path}` : path
}

function mergeDirectory(tree: RootTree, present: PlannedEntry, entry: PlannedEntry): void {
  // A package may ship as a directory what another one ships as a link to a directory (/var/run).
  if (present.kind === 'dir' && entry.mtime > present.mtime)
    tree.entries.set(entry.path, { ...present, mtime: entry.mtime })
}

function addParents(tree: RootTree, path: string): void {
  for (let parent = parentOf(path); parent !== undefined && parent !== ''; parent = parentOf(parent)) {
    if (tree.entries.has(parent)) return
    putDirectory(tree, parent)
  }
}

/** Tar needs the content at the first of several names; packages put it wherever they like. */
function leadHardlinks(sorted: readonly PlannedEntry[]): readonly PlannedEntry[] {
  const leaders = new Map<string, string>()
  const files = new Map(sorted.map((entry) => [entry.path, entry]))
  return sorted.map((entry): PlannedEntry => {
    if (entry.kind !== 'hardlink' && entry.kind !== 'file') return entry
    const key = entry.kind === 'hardlink' ? (entry.linkname ?? '') : entry.path
    const leader = leaders.get(key)
    if (leader === undefined) {
      leaders.set(key, entry.path)
      if (entry.kind === 'file') return entry
      const file = files.get(key)
      if (file?.kind !== 'file') throw new SlipwayError('package-archive', `/${entry.path} is a hard link to nothing`)
      return { ...file, path: entry.path }
    }
    return asHardlink(entry, leader)
  })
}

function asHardlink(entry: LayerEntry, leader: string): PlannedEntry {
  const { path, mode, uid, gid, mtime } = entry
  return { path, kind: 'hardlink', mode, uid, gid, mtime, size: 0, linkname: leader }
}
