import { pathToBytes } from '../core/index.ts'

/** Orders two names by their bytes, as `LC_ALL=C sort` does; 0 only for equal names. */
export function compareNames(a: string, b: string): number {
  return compare(a, b, false)
}

/**
 * Orders two paths as a depth-first walk meets them that visits names in byte order: a directory comes before what is in
 * it, and `a/b` before `a.b`.
 */
export function comparePaths(a: string, b: string): number {
  return compare(a, b, true)
}

/** What has paths, ordered by `comparePaths`; the same array where it is in order already, as what was walked is. */
export function inPathOrder<T extends { readonly path: string }>(entries: readonly T[]): readonly T[] {
  const isOrdered = entries.every(({ path }, at) => at === 0 || comparePaths((entries[at - 1] as T).path, path) <= 0)
  return isOrdered ? entries : [...entries].sort((a, b) => comparePaths(a.path, b.path))
}

/** The directory part of a path, `''` for names in the root; undefined for the root itself. */
export function parentOf(path: string): string | undefined {
  if (path === '') return undefined
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** The last component of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `directory/name`, without a slash when the directory is the root. */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}

function compare(a: string, b: string, slashFirst: boolean): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  if (at === length) return a.length - b.length
  const left = a.charCodeAt(at)
  const right = b.charCodeAt(at)
  if (slashFirst && left === 47) return -1
  if (slashFirst && right === 47) return 1
  // Below the surrogates the order of UTF-16 units is that of UTF-8 bytes.
  if (left < 0xd800 && right < 0xd800) return left - right
  return compareAsBytes(a, b, slashFirst)
}

function compareAsBytes(a: string, b: string, slashFirst: boolean): number {
  const left = pathToBytes(a)
  const right = pathToBytes(b)
  const length = Math.min(left.length, right.length)
  let at = 0
  while (at < length && left[at] === right[at]) at += 1
  if (at === length) return left.length - right.length
  if (slashFirst && left[at] === 47) return -1
  if (slashFirst && right[at] === 47) return 1
  return (left[at] as number) - (right[at] as number)
}
