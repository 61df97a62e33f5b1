import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { joinPath, type TreeNode, type TreeView } from '../../fileset/index.ts'

/** A directory of this machine that lies over the tree at a path; `''` is the root. */
export interface OverlaidDirectory {
  readonly at: string
  readonly directory: string
}

/**
 * The root file system as a failed step left it: what it changed (an upper directory of overlayfs) and its cache mounts over
 * the layers below. Nothing is scanned or hashed: a failed installation can have left gigabytes. A directory that was removed
 * and made again shows its old files, too, because opaque marks are not read.
 */
export function failedTree(lower: TreeView, overlaid: readonly OverlaidDirectory[]): TreeView {
  const deepestFirst = overlaid.toSorted((a, b) => b.at.length - a.at.length)
  const look = (path: string): Found => lookUp(deepestFirst, path)
  return {
    node: (path) => {
      const found = look(path)
      return found.kind === 'below' ? lower.node(path) : found.kind === 'here' ? nodeOf(found) : undefined
    },
    names: (path) => {
      const found = look(path)
      if (found.kind === 'gone') return []
      if (found.kind === 'below') return lower.names(path)
      const own = namesIn(found.file)
      const all = found.hides ? own : [...new Set([...lower.names(path), ...own])]
      return all.filter((name) => look(joinPath(path, name)).kind !== 'gone').sort()
    },
    read: (path) => {
      const found = look(path)
      return found.kind === 'here' ? readFileSync(found.file) : lower.read(path)
    },
    origin: (path) => {
      const found = look(path)
      return found.kind === 'here' ? { kind: 'host', path: found.file } : lower.origin(path)
    },
  }
}

type Found =
  | { readonly kind: 'below' }
  | { readonly kind: 'gone' }
  /** `hides`: what the layers have there is not seen. */
  | { readonly kind: 'here'; readonly file: string; readonly stats: Stats; readonly hides: boolean }

function lookUp(overlaid: readonly OverlaidDirectory[], path: string): Found {
  const own = overlaid.find(({ at }) => at === '' || path === at || path.startsWith(`${at}/`))
  if (own === undefined) return { kind: 'below' }
  const hides = own.at !== ''
  const rest = path.slice(own.at.length).replace(/^\//, '')
  const parts = rest === '' ? [] : rest.split('/')
  let file = own.directory
  for (let index = 0; index <= parts.length; index += 1) {
    const stats = lstatSync(file, { throwIfNoEntry: false })
    if (stats === undefined) return hides ? { kind: 'gone' } : { kind: 'below' }
    if (stats.isCharacterDevice() && stats.rdev === 0) return { kind: 'gone' }
    if (index === parts.length) return { kind: 'here', file, stats, hides: hides || !stats.isDirectory() }
    if (!stats.isDirectory()) return { kind: 'gone' }
    file = `${file}/${parts[index]}`
  }
  return { kind: 'below' }
}

function nodeOf({ file, stats }: Found & { readonly kind: 'here' }): TreeNode | undefined {
  const kind = kindOf(stats)
  if (kind === undefined) return undefined
  const { mode, uid, gid, size, mtimeMs } = stats
  return {
    kind,
    mode: mode & 0o7777,
    uid,
    gid,
    size: kind === 'file' ? size : 0,
    mtime: BigInt(Math.round(mtimeMs)) * 1_000_000n,
    ...(kind === 'symlink' ? { linkname: readlinkSync(file) } : {}),
  }
}

function kindOf(stats: Stats): TreeNode['kind'] | undefined {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'dir'
  return stats.isSymbolicLink() ? 'symlink' : undefined
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
