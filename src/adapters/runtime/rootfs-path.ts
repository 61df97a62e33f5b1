import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { posix } from 'node:path'
import { SlipwayError } from '../../core/index.ts'

/** Says where on this machine a clean absolute path of the step is; undefined where nothing can be looked at yet. */
export type HostPathOf = (path: string) => string | undefined

/** A path of the step after following every link inside its root. */
export interface ResolvedPath {
  readonly path: string
  /** What is there; undefined when the path, or the end of it, does not exist. */
  readonly stats: Stats | undefined
}

/** The mapping for a plain directory that is the root. */
export function rootAt(directory: string): HostPathOf {
  return (path) => (path === '/' ? directory : directory + path)
}

/**
 * Follows links the way a process with this root would: absolute targets and `..` never lead out. Only sound while
 * nothing else changes the tree. Throws `run-failed` for loops and for files used as directories.
 */
export function resolveInRoot(hostPathOf: HostPathOf, path: string): ResolvedPath {
  const pending = segments(path).reverse()
  let at = '/'
  let stats = look(hostPathOf, at)
  let links = 0
  while (pending.length > 0) {
    const name = pending.pop() as string
    if (name === '..') {
      at = posix.dirname(at)
      stats = look(hostPathOf, at)
      continue
    }
    if (stats !== undefined && !stats.isDirectory()) throw new SlipwayError('run-failed', `${at} is not a directory`)
    const next = at === '/' ? `/${name}` : `${at}/${name}`
    const found = look(hostPathOf, next)
    if (found?.isSymbolicLink()) {
      links += 1
      if (links > 40) throw new SlipwayError('run-failed', `too many symbolic links in ${path}`)
      const target = readlinkSync(hostPathOf(next) as string)
      pending.push(...segments(target).reverse())
      if (target.startsWith('/')) {
        at = '/'
        stats = look(hostPathOf, at)
      }
      continue
    }
    at = next
    stats = found
  }
  return { path: at, stats }
}

/** The bytes of a regular file of a root file system, links followed inside it; undefined when there is none. */
export function readInRoot(root: string, path: string): Buffer | undefined {
  try {
    const found = resolveInRoot(rootAt(root), path)
    return found.stats?.isFile() ? readFileSync(root + found.path) : undefined
  } catch {
    return undefined
  }
}

/** The names in a directory of a root file system, links followed inside it; none when there is no directory. */
export function listInRoot(root: string, path: string): readonly string[] {
  try {
    const found = resolveInRoot(rootAt(root), path)
    return found.stats?.isDirectory() ? readdirSync(root + found.path) : []
  } catch {
    return []
  }
}

function look(hostPathOf: HostPathOf, path: string): Stats | undefined {
  const host = hostPathOf(path)
  return host === undefined ? undefined : lstatSync(host, { throwIfNoEntry: false })
}

function segments(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
