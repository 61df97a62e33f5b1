import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { compareNames, joinPath } from '../../archive/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import { type Digest, fsPath, pathFromBytes, SlipwayError } from '../../core/index.ts'
import type { TreeNode, TreeView } from '../../fileset/index.ts'
import type { StatKey } from './stat-index.ts'

export interface DirectoryOptions {
  /** Patterns of the ignore file that belongs to the directory; what they exclude does not exist in the view. */
  readonly ignore?: readonly string[]
  /** Owners read as 0:0, as in a build context. */
  readonly squashOwner?: boolean
}

/** How much of a directory a build looked at. Regular files and links count, directories do not. */
export interface DirectoryUsage {
  /** Files that the ignore rules leave, and their bytes. */
  readonly files: number
  readonly bytes: number
  /** Files whose content was asked for, and their bytes. */
  readonly usedFiles: number
  readonly usedBytes: number
}

export interface DirectoryView extends TreeView {
  /** What the system said of a regular file when it was looked at. */
  statKey(path: string): StatKey
  /** Lets the node of a file show its content's digest, also where it was handed out before. */
  setDigest(path: string, digest: Digest): void
  /** Walks what has not been looked at yet. */
  usage(): DirectoryUsage
}

/**
 * A directory of this machine as a tree. Reads lazily and remembers what it read; excluded directories are not even
 * listed unless a pattern may bring something below them back. Extended attributes are not read: Node has no call for
 * it, and file systems of workstations seldom keep meaningful ones. Throws `context-unreadable` with the path.
 */
export function openDirectory(root: string, options: DirectoryOptions = {}): DirectoryView {
  const { nodes, keys, listed, node, names } = lookInto(root, options)
  const used = new Map<string, number>()
  const use = (path: string): string => {
    const found = node(path)
    if (found?.kind !== 'file') throw new SlipwayError('internal', `${path} is not a file of the directory ${root}`)
    used.set(path, found.size)
    return hostPath(root, path)
  }
  return {
    node,
    names,
    statKey: (path) => {
      const key = keys.get(path)
      if (key === undefined) throw new SlipwayError('internal', `${path} is not a file of the directory ${root}`)
      return key
    },
    setDigest: (path, digest) => {
      const found = nodes.get(path)
      if (found !== undefined) Object.assign(found, { digest })
    },
    read: (path) => attempt(root, path, () => readFileSync(fsPath(use(path)))),
    origin: (path) => ({ kind: 'host', path: use(path) }),
    usage: () => {
      node('')
      // Those that are found meanwhile are visited, too.
      for (const [path, found] of nodes) if (found?.kind === 'dir') names(path)
      const usedBytes = [...used.values()].reduce((sum, size) => sum + size, 0)
      return { ...listed, usedFiles: used.size, usedBytes }
    },
  }
}

/** What is known of a directory, and the ways to know more. */
interface Looks extends Pick<TreeView, 'node' | 'names'> {
  /** By path; undefined where nothing shows. */
  readonly nodes: ReadonlyMap<string, TreeNode | undefined>
  /** Of regular files. */
  readonly keys: ReadonlyMap<string, StatKey>
  /** Files in the directories that were listed. */
  readonly listed: { readonly files: number; readonly bytes: number }
}

function lookInto(root: string, { squashOwner = false, ignore = [] }: DirectoryOptions): Looks {
  const rules = ignore.length === 0 ? undefined : compileIgnore(ignore)
  const nodes = new Map<string, TreeNode | undefined>()
  const keys = new Map<string, StatKey>()
  const listings = new Map<string, readonly string[]>()
  const listed = { files: 0, bytes: 0 }

  /** Looks at a path in a directory that shows. */
  const look = (path: string): TreeNode | undefined => {
    const stats = readStats(root, path)
    const found = stats === undefined ? undefined : readNode(root, path, { stats, squashOwner })
    if (stats !== undefined && found?.kind === 'file') keys.set(path, keyOf(stats))
    const visible = found !== undefined && isVisible(path, found) ? found : undefined
    nodes.set(path, visible)
    return visible
  }
  const node = (path: string): TreeNode | undefined => {
    const known = nodes.get(path)
    if (known !== undefined || nodes.has(path)) return known
    const reachable = path === '' || node(path.slice(0, Math.max(0, path.lastIndexOf('/'))))?.kind === 'dir'
    if (reachable) return look(path)
    nodes.set(path, undefined)
    return undefined
  }
  /** An excluded directory shows when something below it is brought back by a later pattern. */
  const isVisible = (path: string, found: TreeNode): boolean => {
    if (path === '' || rules === undefined || !rules.ignored(path)) return true
    if (found.kind !== 'dir' || rules.prunable(path)) return false
    nodes.set(path, found)
    return names(path).length > 0
  }
  // All that is in a directory is looked at when it is listed: how much of a context was used is counted in the end anyway.
  const names = (path: string): readonly string[] => {
    const known = listings.get(path)
    if (known !== undefined) return known
    const shown = node(path)?.kind === 'dir' ? readNames(root, path).filter((name) => count(joinPath(path, name))) : []
    listings.set(path, shown)
    return shown
  }
  const count = (path: string): boolean => {
    const known = nodes.get(path)
    const found = known !== undefined || nodes.has(path) ? known : look(path)
    if (found !== undefined && found.kind !== 'dir') {
      listed.files += 1
      listed.bytes += found.size
    }
    return found !== undefined
  }
  return { nodes, keys, listed, node, names }
}

function hostPath(root: string, path: string): string {
  return path === '' ? root : `${root === '/' ? '' : root}/${path}`
}

/** The root of a context may be a symbolic link; everything below is taken as it is. */
function readStats(root: string, path: string): BigIntStats | undefined {
  const full = path === '' ? `${root}/.` : fsPath(hostPath(root, path))
  return attempt(root, path, () => lstatSync(full, { bigint: true, throwIfNoEntry: false }))
}

interface Looked {
  readonly stats: BigIntStats
  readonly squashOwner: boolean
}

function readNode(root: string, path: string, { stats, squashOwner }: Looked): TreeNode {
  const node = nodeOf(stats, squashOwner)
  if (node.kind !== 'symlink') return node
  const target = attempt(root, path, () => readlinkSync(fsPath(hostPath(root, path)), { encoding: 'buffer' }))
  return { ...node, linkname: pathFromBytes(target) }
}

/** What an index compares; the whole stats of 50,000 files take 50 MB. */
function keyOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): StatKey {
  return { size, mtimeNs, ctimeNs, ino }
}

function nodeOf(stats: BigIntStats, squashOwner: boolean): TreeNode {
  const kind = kindOf(stats)
  const device = kind === 'char' || kind === 'block' ? deviceOf(stats.rdev) : {}
  return {
    kind,
    mode: kind === 'symlink' ? 0o777 : Number(stats.mode & 0o7777n),
    uid: squashOwner ? 0 : Number(stats.uid),
    gid: squashOwner ? 0 : Number(stats.gid),
    size: kind === 'file' ? Number(stats.size) : 0,
    mtime: stats.mtimeNs,
    ...device,
    ...(kind === 'file' && stats.nlink > 1n ? { inode: `${stats.dev}:${stats.ino}` } : {}),
  }
}

function kindOf(stats: BigIntStats): TreeNode['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'dir'
  if (stats.isSymbolicLink()) return 'symlink'
  if (stats.isFIFO()) return 'fifo'
  if (stats.isSocket()) return 'socket'
  return stats.isCharacterDevice() ? 'char' : 'block'
}

/** Splits a Linux dev_t as glibc's major(3) and minor(3) do. */
function deviceOf(device: bigint): { readonly devMajor: number; readonly devMinor: number } {
  return {
    devMajor: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    devMinor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  }
}

/** Names in byte order. Names that are not UTF-8 show as U+FFFD first and are then read again as bytes. */
function readNames(root: string, path: string): readonly string[] {
  return attempt(root, path, () => {
    const full = fsPath(hostPath(root, path))
    const plain = readdirSync(full)
    const names = plain.some((name) => name.includes('\ufffd'))
      ? readdirSync(full, { encoding: 'buffer' }).map((bytes) => pathFromBytes(bytes))
      : plain
    return names.sort(compareNames)
  })
}

function attempt<T>(root: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SlipwayError) throw error
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : (code ?? String(error))
    throw new SlipwayError('context-unreadable', `cannot read ${hostPath(root, path)}: ${why}`, {
      hint: 'make it readable, or exclude it with a .dockerignore file',
      cause: error,
    })
  }
}
