import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { compareNames } from '../../archive/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import { type Digest, fsPath, pathFromBytes, SlipwayError } from '../../core/index.ts'
import type { TreeNode, TreeView } from '../../fileset/index.ts'

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
  /** Lets the node of a file show its content's digest from now on. */
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
  const rules = options.ignore === undefined || options.ignore.length === 0 ? undefined : compileIgnore(options.ignore)
  const nodes = new Map<string, TreeNode | undefined>()
  const listings = new Map<string, readonly string[]>()
  const used = new Map<string, number>()

  const node = (path: string): TreeNode | undefined => {
    if (nodes.has(path)) return nodes.get(path)
    const slash = path.lastIndexOf('/')
    const reachable = path === '' || node(path.slice(0, Math.max(0, slash)))?.kind === 'dir'
    const found = reachable ? readNode(root, path, options.squashOwner === true) : undefined
    const visible = found !== undefined && isVisible(path, found) ? found : undefined
    nodes.set(path, visible)
    return visible
  }
  /** An excluded directory shows when something below it is brought back by a later pattern. */
  const isVisible = (path: string, found: TreeNode): boolean => {
    if (path === '' || rules === undefined || !rules.ignored(path)) return true
    if (found.kind !== 'dir' || rules.prunable(path)) return false
    nodes.set(path, found)
    return names(path).length > 0
  }
  const names = (path: string): readonly string[] => {
    const known = listings.get(path)
    if (known !== undefined) return known
    const listed = node(path)?.kind === 'dir' ? readNames(root, path) : []
    const shown =
      rules === undefined ? listed : listed.filter((name) => node(path === '' ? name : `${path}/${name}`) !== undefined)
    listings.set(path, shown)
    return shown
  }
  const use = (path: string): string => {
    const found = node(path)
    if (found?.kind !== 'file') throw new SlipwayError('internal', `${path} is not a file of the directory ${root}`)
    used.set(path, found.size)
    return hostPath(root, path)
  }
  return {
    node,
    names,
    setDigest: (path, digest) => {
      const found = nodes.get(path)
      if (found !== undefined) nodes.set(path, { ...found, digest })
    },
    read: (path) => attempt(root, path, () => readFileSync(fsPath(use(path)))),
    origin: (path) => ({ kind: 'host', path: use(path) }),
    usage: () => {
      const all = countFiles({ node, names }, '')
      const usedBytes = [...used.values()].reduce((sum, size) => sum + size, 0)
      return { ...all, usedFiles: used.size, usedBytes }
    },
  }
}

function countFiles(view: Pick<TreeView, 'node' | 'names'>, directory: string): { files: number; bytes: number } {
  let files = 0
  let bytes = 0
  for (const name of view.names(directory)) {
    const path = directory === '' ? name : `${directory}/${name}`
    const node = view.node(path)
    if (node?.kind === 'dir') {
      const below = countFiles(view, path)
      files += below.files
      bytes += below.bytes
    } else if (node !== undefined) {
      files += 1
      bytes += node.size
    }
  }
  return { files, bytes }
}

function hostPath(root: string, path: string): string {
  return path === '' ? root : `${root === '/' ? '' : root}/${path}`
}

function readNode(root: string, path: string, squashOwner: boolean): TreeNode | undefined {
  const full = fsPath(hostPath(root, path))
  return attempt(root, path, () => {
    // The root of a context may be a symbolic link; everything below is taken as it is.
    const stats = lstatSync(path === '' ? `${root}/.` : full, { bigint: true, throwIfNoEntry: false })
    if (stats === undefined) return undefined
    const link = stats.isSymbolicLink() ? { linkname: pathFromBytes(readlinkSync(full, { encoding: 'buffer' })) } : {}
    return { ...nodeOf(stats, squashOwner), ...link }
  })
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
