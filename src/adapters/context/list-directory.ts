import { isUtf8 } from 'node:buffer'
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { compileIgnore } from '../../ignore/index.ts'

/** An entry of a directory tree, as it is: links are not followed. */
export interface DirectoryEntry {
  /** From the root, `/` between names. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Bytes; 0 for all but files. */
  readonly size: number
  readonly executable: boolean
}

export interface DirectoryListing {
  readonly files: readonly DirectoryEntry[]
  /** There are more entries than were wanted. */
  readonly truncated: boolean
}

export interface ListingOptions {
  /** Patterns of the ignore file. */
  readonly ignore: readonly string[]
  readonly limit: number
  /** Ignored directories that are listed all the same. */
  readonly enter?: (directory: string) => boolean
}

/** Trees with very many files, which are walked when everything else is known: what they lack in the end is missed least. */
const bulky = /^(?:node_modules|\.git|vendor|\.?venv|target|dist|build|\.next|\.cache|site-packages)$/

/**
 * Everything in a directory but what lies in directories that are ignored as a whole and that `enter` does not name, at
 * most `limit` entries. What
 * cannot be read is passed over: this looks, it does not build.
 */
export function listDirectory(root: string, { ignore, limit, enter = () => false }: ListingOptions): DirectoryListing {
  const { prunable } = compileIgnore(ignore)
  const files: DirectoryEntry[] = []
  const directories = ['']
  const later: string[] = []
  for (;;) {
    const directory = directories.pop() ?? later.shift()
    if (directory === undefined) return { files, truncated: false }
    for (const entry of namesIn(`${root}/${directory}`)) {
      if (files.length >= limit) return { files, truncated: true }
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      files.push(describe(root, path, entry))
      if (!entry.isDirectory() || (prunable(path) && !enter(path))) continue
      if (bulky.test(entry.name)) later.push(path)
      else directories.push(path)
    }
  }
}

function namesIn(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}

function describe(root: string, path: string, entry: Dirent): DirectoryEntry {
  if (entry.isDirectory()) return { path, kind: 'directory', size: 0, executable: false }
  if (entry.isSymbolicLink()) return { path, kind: 'link', size: 0, executable: false }
  const stats = entry.isFile() ? statsOf(`${root}/${path}`) : undefined
  if (stats === undefined) return { path, kind: 'other', size: 0, executable: false }
  return { path, kind: 'file', size: stats.size, executable: (stats.mode & 0o111) !== 0 }
}

function statsOf(path: string): { readonly size: number; readonly mode: number } | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

/** The text of a file that is UTF-8 without NUL bytes and not larger; undefined otherwise, and for links. */
export function readSmallText(path: string, maxBytes: number): string | undefined {
  try {
    const stats = lstatSync(path)
    if (!stats.isFile() || stats.size > maxBytes) return undefined
    const bytes = readFileSync(path)
    return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : undefined
  } catch {
    return undefined
  }
}
