import { statSync, utimesSync } from 'node:fs'

/** In milliseconds: a use is noted so often at most. */
const notedEvery = 3_600_000

/**
 * Notes that a download or checkout is used. Its own times are content, so they are set to what they are: what changes by that
 * is the time of the last change of attributes, which nothing but a use changes.
 */
export function markUsed(path: string): void {
  try {
    const { ctimeMs, atime, mtime } = statSync(path)
    if (Date.now() - ctimeMs > notedEvery) utimesSync(path, atime, mtime)
  } catch {
    // What can only be read is used all the same.
  }
}
