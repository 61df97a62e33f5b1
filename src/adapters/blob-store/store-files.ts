import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'

/** A directory of this process for files that are not complete yet. */
export interface Scratch {
  /** A new path on the file system of the store. */
  newPath(): string
}

/** Scratch files below `directory`, which is made by the first use of a path. */
export function scratchIn(directory: string): Scratch {
  let count = 0
  return {
    newPath() {
      count += 1
      return join(directory, `${count}`)
    },
  }
}

/**
 * Writes a whole small file so that readers see the old one or the new one. Directories are made as needed. Small files are
 * read and written synchronously: 0.05 ms where every call that goes through a thread takes 0.2.
 */
export async function replaceFile(path: string, bytes: string | Uint8Array, scratch: Scratch): Promise<void> {
  const draft = scratch.newPath()
  await orStoreFailure(path, async () => {
    const file = inDirectory(draft, () => openSync(draft, 'wx', 0o644))
    try {
      writeFileSync(file, bytes)
    } finally {
      closeSync(file)
    }
    inDirectory(path, () => renameSync(draft, path))
  })
}

/** Does what makes a file at `path`; once more with its directory where that was missing. */
function inDirectory<T>(path: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return make()
  }
}

/** Opens a new file for writing, making its directory where that is missing. */
export async function openDraft(path: string): Promise<import('node:fs/promises').FileHandle> {
  try {
    return await open(path, 'wx', 0o644)
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error
    await mkdir(dirname(path), { recursive: true })
    return open(path, 'wx', 0o644)
  }
}

/** Renames; makes the target's directory where that is missing. */
export async function moveInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error
    await mkdir(dirname(to), { recursive: true })
    await rename(from, to)
  }
}

/**
 * A JSON file through `decode`. Absent files are undefined; files that are not what `decode` accepts are undefined and
 * removed, because everything kept this way can be made again.
 */
export async function readRecord<T>(path: string, decode: (value: unknown) => T | undefined): Promise<T | undefined> {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw storeFailure(path, error)
  }
  let record: T | undefined
  try {
    record = decode(JSON.parse(content))
  } catch {
    record = undefined
  }
  if (record === undefined) rmSync(path, { force: true })
  return record
}

/** Names in a directory, sorted; none when it does not exist. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw storeFailure(directory, error)
  }
}

/** Runs `work` and turns errors of the file system into the store's own. */
export async function orStoreFailure<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw errno(error) === undefined ? error : storeFailure(path, error)
  }
}

export function storeFailure(path: string, cause: unknown): SlipwayError {
  if (cause instanceof SlipwayError) return cause
  const code = errno(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SlipwayError('no-space', `no space left for ${path}`, {
      cause,
      hint: 'free some space, or choose another place with SLIPWAY_ROOT',
    })
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new SlipwayError('store-unusable', `cannot use ${path}: ${reason}`, {
    cause,
    hint: 'check the owner and the permissions of the store, or choose another place with SLIPWAY_ROOT',
  })
}

export function errno(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}
