import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isCompiled } from '../../caches/index.ts'
import { type FileAmount, fsPath, pathFromBytes } from '../../core/index.ts'

/** When to stop counting, as `performance.now()` has it; may be moved while counting goes on. */
export interface CountingLimit {
  deadline: number
}

/** The regular files of a directory, and which of them changed since a moment. */
export interface MeasuredDirectory {
  readonly after: FileAmount
  /** What was made, changed or moved here since then. */
  readonly written: FileAmount
  readonly complete: boolean
  /** What compilers made among the files: how many were left alone and how many were written. */
  readonly compiled: { readonly kept: number; readonly written: number }
  /** The newest modification time among what was left alone, compiled files before others; in milliseconds. */
  readonly newestKept?: number
}

/** Milliseconds after which others get a turn: this process also passes the output of other steps on. */
const turn = 5

/**
 * Counts by reading directories and times alone: 6 µs a file, 0.3 s for 50,000. A file counts as written when its inode
 * changed after `since` (milliseconds, by the clock of the file system), which no program can set back as it can set back
 * modification times.
 */
export async function measureDirectory(
  directory: string,
  since: number,
  limit: CountingLimit,
): Promise<MeasuredDirectory> {
  const tally = newTally()
  const directories = [directory]
  let rested = performance.now()
  for (let next = directories.pop(); next !== undefined; next = directories.pop()) {
    count(tally, next, { since, directories })
    const now = performance.now()
    if (now > limit.deadline && directories.length > 0) return { ...resultOf(tally), complete: false }
    if (now - rested > turn) {
      await nextTurn()
      rested = performance.now()
    }
  }
  return { ...resultOf(tally), complete: true }
}

interface Tally {
  files: number
  bytes: number
  writtenFiles: number
  writtenBytes: number
  keptCompiled: number
  writtenCompiled: number
  newestCompiled: number
  newestOther: number
  /** Inodes of files with several names. */
  readonly seen: Set<number>
}

function newTally(): Tally {
  return {
    files: 0,
    bytes: 0,
    writtenFiles: 0,
    writtenBytes: 0,
    keptCompiled: 0,
    writtenCompiled: 0,
    newestCompiled: 0,
    newestOther: 0,
    seen: new Set(),
  }
}

function count(
  tally: Tally,
  directory: string,
  { since, directories }: { readonly since: number; readonly directories: string[] },
): void {
  for (const name of namesIn(directory)) {
    const path = `${directory}/${name}`
    const stats = lstatSync(fsPath(path), { throwIfNoEntry: false })
    if (stats?.isDirectory() === true) directories.push(path)
    else if (stats?.isFile() === true) addFile(tally, name, { stats, since })
  }
}

function addFile(
  tally: Tally,
  name: string,
  { stats, since }: { readonly stats: Stats; readonly since: number },
): void {
  if (stats.nlink > 1) {
    if (tally.seen.has(stats.ino)) return
    tally.seen.add(stats.ino)
  }
  const compiled = isCompiled(name, stats.mode)
  tally.files += 1
  tally.bytes += stats.size
  if (stats.ctimeMs > since) {
    tally.writtenFiles += 1
    tally.writtenBytes += stats.size
    if (compiled) tally.writtenCompiled += 1
  } else if (compiled) {
    tally.keptCompiled += 1
    tally.newestCompiled = Math.max(tally.newestCompiled, stats.mtimeMs)
  } else {
    tally.newestOther = Math.max(tally.newestOther, stats.mtimeMs)
  }
}

function resultOf(tally: Tally): Omit<MeasuredDirectory, 'complete'> {
  const newest = tally.newestCompiled === 0 ? tally.newestOther : tally.newestCompiled
  return {
    after: { files: tally.files, bytes: tally.bytes },
    written: { files: tally.writtenFiles, bytes: tally.writtenBytes },
    compiled: { kept: tally.keptCompiled, written: tally.writtenCompiled },
    ...(newest === 0 ? {} : { newestKept: newest }),
  }
}

const ascii = /^[\0-\x7f]*$/

/** Names with every byte of them intact. */
function namesIn(directory: string): readonly string[] {
  try {
    const names = readdirSync(fsPath(directory), { encoding: 'latin1' })
    return names.map((name) => (ascii.test(name) ? name : pathFromBytes(Buffer.from(name, 'latin1'))))
  } catch {
    // Another step that shares the directory has removed it.
    return []
  }
}
