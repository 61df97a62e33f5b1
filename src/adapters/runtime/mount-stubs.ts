import {
  type BigIntStats,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  utimesSync,
} from 'node:fs'
import { dirname, join } from 'node:path/posix'
import type { Mounter } from './linux-mount.ts'

/**
 * Empty files and directories made so that something can be mounted on them. A step must not leave them behind, nor the
 * traces of making them: the times of their parents, and parents copied into the upper directory for nothing.
 */
export interface MountStubs {
  /** Makes a path below the root, with missing parents. The path has no links in it. */
  make(path: string, kind: 'file' | 'directory'): void
  /** Removes what is still empty and gives the parents their times back. Call while the root is mounted. */
  remove(): void
  /** Takes copied-up directories that are as they were out of the upper directory. Call after unmounting. */
  prune(): void
}

interface Parent {
  readonly path: string
  readonly before: BigIntStats
  readonly inUpper: boolean
  /** The modification time after stubs were made and times restored, as exactly as the machine can. */
  restored: bigint
  /** Whether the step left the time alone. */
  untouched: boolean
}

/** Stubs in the tree at `root`; `upper` is the directory that receives its changes, if it has one. */
export function trackStubs(root: string, upper: string | undefined, mounter: Mounter): MountStubs {
  const made: { readonly path: string; readonly kind: 'file' | 'directory' }[] = []
  const parents = new Map<string, Parent>()
  const remember = (path: string): void => {
    if (parents.has(path) || made.some((stub) => stub.path === path)) return
    const inUpper = upper === undefined || lstatSync(upper + path, { throwIfNoEntry: false }) !== undefined
    const before = lstatSync(root + path, { bigint: true })
    parents.set(path, { path, before, inUpper, restored: before.mtimeNs, untouched: true })
  }
  const create = (path: string, kind: 'file' | 'directory'): void => {
    const parent = dirname(path)
    if (lstatSync(root + parent, { throwIfNoEntry: false }) === undefined) create(parent, 'directory')
    remember(parent)
    if (kind === 'directory') mkdirSync(root + path, 0o755)
    else closeSync(openSync(root + path, 'wx', 0o644))
    made.push({ path, kind })
    const known = parents.get(parent)
    if (known === undefined) return
    restoreTimes(root + parent, known.before, mounter)
    known.restored = lstatSync(root + parent, { bigint: true }).mtimeNs
  }
  return {
    make: create,
    remove: () => {
      for (const parent of parents.values()) {
        parent.untouched =
          lstatSync(root + parent.path, { bigint: true, throwIfNoEntry: false })?.mtimeNs === parent.restored
      }
      for (const stub of [...made].reverse()) removeStub(root, stub, mounter)
      for (const parent of parents.values())
        if (parent.untouched) restoreTimes(root + parent.path, parent.before, mounter)
    },
    prune: () => {
      if (upper === undefined) return
      const deepest = [...parents.values()].sort((a, b) => b.path.length - a.path.length)
      for (const parent of deepest) if (!parent.inUpper) pruneParent(upper, parent, mounter)
    },
  }
}

function removeStub(
  root: string,
  stub: { readonly path: string; readonly kind: 'file' | 'directory' },
  mounter: Mounter,
): void {
  const parent = root + dirname(stub.path)
  const stats = lstatSync(root + stub.path, { throwIfNoEntry: false })
  const times = lstatSync(parent, { bigint: true, throwIfNoEntry: false })
  if (stats === undefined || times === undefined) return
  if (stub.kind === 'directory') {
    if (!stats.isDirectory() || readdirSync(root + stub.path).length > 0) return
    rmdirSync(root + stub.path)
  } else {
    if (!stats.isFile() || stats.size > 0) return
    unlinkSync(root + stub.path)
  }
  restoreTimes(parent, times, mounter)
}

function pruneParent(upper: string, { path, before, untouched }: Parent, mounter: Mounter): void {
  const directory = join(upper, path)
  const now = lstatSync(directory, { bigint: true, throwIfNoEntry: false })
  if (path === '/' || !untouched || now === undefined || !now.isDirectory() || readdirSync(directory).length > 0) return
  if (now.mode !== before.mode || now.uid !== before.uid || now.gid !== before.gid) return
  const above = lstatSync(dirname(directory), { bigint: true })
  rmdirSync(directory)
  restoreTimes(dirname(directory), above, mounter)
}

/** Directories of owners without an id in the user namespace keep the new times: only their owner may set them. */
function restoreTimes(path: string, stats: BigIntStats, mounter: Mounter): void {
  try {
    if (mounter.setModified !== undefined) mounter.setModified(path, stats.mtimeNs)
    else utimesSync(path, Number(stats.atimeNs / 1000n) / 1e6, Number(stats.mtimeNs / 1000n) / 1e6)
  } catch {
    return
  }
}
