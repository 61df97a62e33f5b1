import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import { entriesInGrowthOrder } from './growth-order.ts'
import { scanForSecrets, secretName, secretNeedles } from './secret-patterns.ts'

/** The content of a cache, to be sent to the Unix socket at `socket` as a tar. */
export interface PackMountJob {
  readonly directory: string
  readonly socket: string
  /** A cache with more bytes than this is not sent at all. */
  readonly room: number
  /** Values that must not leave this machine. */
  readonly secrets: readonly Uint8Array[]
}

export interface PackedMount {
  readonly files: number
  /** Of the files, whether they were sent or not. */
  readonly bytes: number
  /** There was not enough room: nothing was sent. */
  readonly isTooLarge: boolean
  /** Files that were left out, and why. */
  readonly kept: readonly { readonly path: string; readonly reason: string }[]
}

/** Sends a cache; somebody sees to it that nobody writes to it meanwhile. Rejects when a file changes all the same. */
export async function packMount(job: PackMountJob, signal: AbortSignal): Promise<PackedMount> {
  const entries = entriesInGrowthOrder(job.directory)
  const files = entries.filter(({ kind }) => kind === 'file').length
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  const isTooLarge = bytes > job.room
  const kept: { path: string; reason: string }[] = []
  const tar = isTooLarge ? [] : tarOf(job, entries, kept)
  await pipeline(Readable.from(tar, { objectMode: false }), connect(job.socket), { signal })
  return { files, bytes, isTooLarge, kept }
}

const pieceSize = 1 << 20

function* tarOf(
  { directory, secrets }: PackMountJob,
  entries: readonly LayerEntry[],
  kept: { path: string; reason: string }[],
): Generator<Uint8Array> {
  const needles = secretNeedles(secrets)
  const absent = new Set<string>()
  for (const entry of entries) {
    const { path, kind, size, linkname = '' } = entry
    const named = kind === 'dir' ? undefined : secretName(path)
    const reason =
      named ?? (kind === 'hardlink' && absent.has(linkname) ? 'another name of a file that stays here' : undefined)
    const opened = kind === 'file' && reason === undefined ? openCacheFile(directory, entry) : undefined
    try {
      const found = reason ?? (opened === undefined ? undefined : scan(opened, size, needles))
      if (found !== undefined) {
        absent.add(path)
        kept.push({ path, reason: found })
        continue
      }
      yield encodeTarHeader(entry)
      if (opened === undefined) continue
      yield* readPieces(opened, size)
      yield Buffer.alloc(tarPadding(size))
    } finally {
      if (opened !== undefined) closeSync(opened.file)
    }
  }
  yield endOfArchive
}

interface CacheFile {
  readonly file: number
  readonly path: string
}

function openCacheFile(directory: string, { path, size, mtime }: LayerEntry): CacheFile {
  const file = openSync(fsPath(`${directory}/${path}`), 'r')
  const stats = fstatSync(file, { bigint: true })
  if (Number(stats.size) === size && (stats.mtimeNs / 1_000_000_000n) * 1_000_000_000n === mtime) return { file, path }
  closeSync(file)
  throw changed(path)
}

function scan(opened: CacheFile, size: number, needles: readonly Buffer[]): string | undefined {
  const secrets = scanForSecrets(needles)
  for (const piece of readPieces(opened, size)) {
    const found = secrets.add(piece)
    if (found !== undefined) return found
  }
  return undefined
}

function* readPieces({ file, path }: CacheFile, size: number): Generator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceSize, size - at))
    const count = readSync(file, piece, 0, piece.length, at)
    if (count === 0) throw changed(path)
    at += count
    yield piece.subarray(0, count)
  }
}

function changed(path: string): SlipwayError {
  return new SlipwayError('store-unusable', `the cache changed while it was read, at ${JSON.stringify(path)}`)
}
