import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Digest, hexOf, parseDigest } from '../../core/index.ts'

/** What identifies an unchanged file without reading it. */
export interface StatKey {
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly ino: bigint
}

/** Digests of files by path, good as long as their stat data stay the same. */
export interface StatIndex {
  get(path: string, key: StatKey): Digest | undefined
  /** Remembers a digest that was computed from a read that began at `readAt` (milliseconds since the epoch). */
  set(path: string, key: StatKey, remembered: { readonly digest: Digest; readonly readAt: number }): void
  /** Writes the index if it changed, with a rename. A failure to write is not an error: the index only saves time. */
  save(): void
}

const header = 'slipway stat index 1'
const entryLimit = 500_000

/** Coarse clocks of kernels tick every 1 to 10 ms, whole-second file systems every 2 s. */
const fineMarginNs = 50_000_000n
const coarseMarginNs = 2_100_000_000n

/**
 * Opens an index; one that is missing or of another version is empty. The steps of a build share what was read, as long
 * as no other program writes the file.
 */
export function openStatIndex(file: string | undefined): StatIndex {
  const { lines } = file === undefined ? { lines: new Map<string, string>() } : load(file)
  let changed = false
  return {
    get: (path, key) => {
      const line = lines.get(path)
      if (line === undefined || line.slice(65) !== keyText(key)) return undefined
      return parseDigest(`sha256:${line.slice(0, 64)}`)
    },
    set: (path, key, { digest, readAt }) => {
      if (isRacy(key, readAt)) return
      changed = true
      lines.set(path, `${hexOf(digest)} ${keyText(key)}`)
    },
    save: () => {
      if (!changed || file === undefined) return
      changed = false
      write(file, lines)
      loaded.set(file, { lines, stamp: stampOf(file) })
    },
  }
}

interface Loaded {
  readonly lines: Map<string, string>
  /** Which version of the file was read or written. */
  readonly stamp: string
}

const loaded = new Map<string, Loaded>()

function load(file: string): Loaded {
  const stamp = stampOf(file)
  const known = loaded.get(file)
  if (known !== undefined && known.stamp === stamp) return known
  const fresh = { lines: readLines(file), stamp }
  loaded.set(file, fresh)
  return fresh
}

function stampOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`
}

/**
 * Whether a file could have been changed after it was read without a visible change of its times, because both happened
 * within one tick of the file system's clock. Such a file is hashed again next time, as git does.
 */
function isRacy({ mtimeNs, ctimeNs }: StatKey, readAt: number): boolean {
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs
  const coarse = mtimeNs % 1_000_000_000n === 0n && ctimeNs % 1_000_000_000n === 0n
  return newest + (coarse ? coarseMarginNs : fineMarginNs) > BigInt(Math.floor(readAt)) * 1_000_000n
}

function keyText({ size, mtimeNs, ctimeNs, ino }: StatKey): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`
}

function readLines(file: string): Map<string, string> {
  const lines = new Map<string, string>()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return lines
  }
  const [first, ...rest] = text.split('\n')
  if (first !== header) return lines
  // What is before the path is looked at when somebody asks for it: a build of 50,000 files reads as many lines.
  for (const line of rest) {
    const quote = line.indexOf('"')
    if (quote < 65) continue
    try {
      lines.set(JSON.parse(line.slice(quote)) as string, line.slice(0, quote - 1))
    } catch {
      // A damaged line is a file that has to be read again.
    }
  }
  return lines
}

function write(file: string, lines: ReadonlyMap<string, string>): void {
  const kept = [...lines].slice(-entryLimit)
  const text = kept.map(([path, line]) => `${line} ${JSON.stringify(path)}\n`).join('')
  const temporary = `${file}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, `${header}\n${text}`)
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
  }
}
