import { createReadStream, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { blobInMemory, type RemoteBlob } from '../../adapters/remote-cache/index.ts'
import { cutByContent } from '../../archive/index.ts'
import { digestOf, hexOf, toPlainError } from '../../core/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import { formatBytes } from '../../report/index.ts'
import { cacheMountNames } from '../engine/cache-mount-list.ts'
import { waitAlone } from '../engine/cache-mount-locks.ts'
import { receiveFromWorker } from '../engine/worker-stream.ts'
import type { Session } from '../session.ts'
import {
  chunkType,
  encodeMount,
  gzipChunkType,
  likeness,
  type MountChunk,
  type MountIdentity,
  mountType,
} from './mount-document.ts'
import type { ListedMount } from './import-mounts.ts'
import { isWanted, type MountOptions } from './mount-options.ts'
import type { PackedMount } from './pack-mount.ts'

/** Cache mounts in blobs. */
export interface ExportedMounts {
  /** What each consists of (`mountType`), and its chunks; those that several have in common once. */
  readonly blobs: readonly RemoteBlob[]
  /** Removes them from this machine. */
  discard(): Promise<void>
}

export interface MountExport extends MountOptions {
  /** Values that must not leave this machine. */
  readonly secrets: readonly Uint8Array[]
  /** What the caches hold that this build has read: passed on where this machine has nothing newer. */
  readonly elsewhere: readonly ListedMount[]
  readonly signal: AbortSignal
}

/** One that somebody else keeps for longer stays here. */
const lockPatience = 10_000

/** Measured on a cache of 6000 small files that grows by 5 %: chunks of this size send 6 % in few requests. */
const chunkSizes = { smallest: 1 << 20, usual: 4 << 20, largest: 12 << 20 }

/**
 * Packs the cache mounts of a build, each while nobody else uses it. Files that hold secrets stay here; so do caches that
 * are in use, too old or too large together. What stays is told in a note each; nothing of this ever fails a build.
 */
export async function exportMounts(session: Session, plan: BuildPlan, options: MountExport): Promise<ExportedMounts> {
  const place = session.scratch('mounts')
  await mkdir(place, { recursive: true })
  // Of its own: an export whose time was over may still be clearing away.
  const scratch = await mkdtemp(path.join(place, 'export-'))
  const blobs = new Map<string, RemoteBlob>()
  const add = (more: readonly RemoteBlob[]): void => {
    for (const blob of more) blobs.set(blob.descriptor.digest, blob)
  }
  const missing = wantedMounts(plan, options)
  let room = options.maxSize
  for (const kept of keptMounts(session, missing)) {
    const packed = await packIfFit(session, kept, { ...options, room, scratch })
    if (packed === undefined) continue
    room -= packed.bytes
    add(packed.blobs)
    missing.delete(likeness(kept.mount))
  }
  for (const { document, blobs: there } of options.elsewhere) {
    const { mount, used, chunks } = document
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0)
    if (bytes > room || session.now() - used > options.maxAge || !missing.delete(likeness(mount))) continue
    room -= bytes
    add(there)
  }
  return { blobs: [...blobs.values()], discard: () => rm(scratch, { recursive: true, force: true }) }
}

interface KeptMount {
  readonly mount: MountIdentity
  readonly home: string
  /** Milliseconds since the epoch. */
  readonly used: number
}

/** The cache mounts of a build that may travel, whether their steps ran or not. */
function wantedMounts(plan: BuildPlan, options: MountOptions): Set<string> {
  const operations = [...plan.vertices.values()].map(({ op }) => op)
  const mounts = operations.flatMap((op) => (op.kind === 'exec' ? op.mounts : []))
  return new Set(mounts.flatMap((one) => (one.type === 'cache' && isWanted(options, one.id) ? likeness(one) : [])))
}

/** Those of them that this machine keeps, what was used last first; one of each, where what they started with differs. */
function keptMounts({ cacheMounts }: Session, wanted: ReadonlySet<string>): readonly KeptMount[] {
  const homes = cacheMountNames(cacheMounts.directory).map((name) => path.join(cacheMounts.directory, name))
  const kept = homes.flatMap((home) => readKept(home) ?? []).filter(({ mount }) => wanted.has(likeness(mount)))
  const newestLast = kept.sort((a, b) => a.used - b.used)
  return [...new Map(newestLast.map((one) => [likeness(one.mount), one])).values()].sort((a, b) => b.used - a.used)
}

function readKept(home: string): KeptMount | undefined {
  try {
    const facts = JSON.parse(readFileSync(path.join(home, 'mount.json'), 'utf8')) as MountIdentity & { used: number }
    const { id, uid, gid, mode, seed, used } = facts
    return { mount: { id, uid, gid, mode, seed }, home, used }
  } catch {
    // It is being made, or removed.
    return undefined
  }
}

interface Packing extends MountExport {
  /** Bytes that may still be packed. */
  readonly room: number
  readonly scratch: string
}

interface PackedBlobs {
  /** Of the files. */
  readonly bytes: number
  readonly blobs: readonly RemoteBlob[]
}

/** Undefined, and a note, for one that stays. */
async function packIfFit(session: Session, kept: KeptMount, options: Packing): Promise<PackedBlobs | undefined> {
  const { id } = kept.mount
  options.signal.throwIfAborted()
  if (session.now() - kept.used > options.maxAge) {
    tell(session, `the cache mount ${id} stays here: it was not used for longer than mounts-max-age`)
    return undefined
  }
  try {
    return await pack(session, kept, options)
  } catch (error) {
    if (options.signal.aborted) throw error
    tell(session, `the cache mount ${id} stays here: ${toPlainError(error).message}`)
    return undefined
  }
}

/** The first of the directories that users of a mount spread over: the others are copies that somebody needed for a while. */
async function pack(
  session: Session,
  { mount, home, used }: KeptMount,
  options: Packing,
): Promise<PackedBlobs | undefined> {
  const { signal, room, secrets, scratch } = options
  session.hold(`cache-mounts/${path.basename(home)}`)
  const place = { home, owner: session.cacheMounts.owner }
  const release = await waitAlone(place, 0, AbortSignal.any([signal, AbortSignal.timeout(lockPatience)])).catch(() => {
    signal.throwIfAborted()
    throw new Error('another build uses it')
  })
  try {
    const directory = path.join(home, readFileSync(path.join(home, 'ready-0'), 'utf8'))
    let packed: PackedMount | undefined
    const tar = receiveFromWorker(
      (socket) => session.call('packMount', { directory, socket, room, secrets }, { signal }),
      (answer) => (packed = answer),
    )
    const { chunks, blobs } = await writeChunks(tar, scratch)
    if (packed === undefined) throw new Error('it was not packed')
    tellKept(session, mount.id, packed, options)
    if (packed.isTooLarge || packed.files === 0) return undefined
    const document = encodeMount({ mount, used, files: packed.files, chunks })
    return { bytes: packed.bytes, blobs: [blobInMemory(document, mountType), ...blobs] }
  } finally {
    release()
  }
}

/** Chunks that are compressed and written at the same time. */
const parallelChunks = 3

/** Chunks wait in files: the cache must not be kept from others for as long as sending them takes. */
async function writeChunks(
  tar: AsyncIterable<Uint8Array>,
  scratch: string,
): Promise<{ readonly chunks: readonly MountChunk[]; readonly blobs: readonly RemoteBlob[] }> {
  const written: Promise<readonly [MountChunk, RemoteBlob]>[] = []
  for await (const chunk of cutByContent(tar, chunkSizes)) {
    const writing = writeChunk(chunk, scratch)
    // Its failure is seen below, after those of the chunks before it.
    writing.catch(() => {})
    written.push(writing)
    await written.at(-parallelChunks)
  }
  const all = await Promise.all(written)
  return { chunks: all.map(([chunk]) => chunk), blobs: all.map(([, blob]) => blob) }
}

async function writeChunk(chunk: Uint8Array, scratch: string): Promise<readonly [MountChunk, RemoteBlob]> {
  const { bytes, mediaType } = await compressed(chunk)
  const digest = digestOf(bytes)
  const file = path.join(scratch, hexOf(digest))
  await writeFile(file, bytes)
  const descriptor = { mediaType, digest, size: bytes.length }
  return [
    { blob: descriptor, length: chunk.length },
    { descriptor, open: () => createReadStream(file) },
  ]
}

const sampleSize = 1 << 15

/** Most caches hold archives: what does not become smaller in three places is left alone, which saves 28 s of a processor per GB. */
async function compressed(chunk: Uint8Array): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
  const fastest = { level: constants.Z_BEST_SPEED }
  const starts = [0, Math.floor(chunk.length / 2), chunk.length - sampleSize].map((start) => Math.max(0, start))
  const samples = starts.map((start) => chunk.subarray(start, start + sampleSize))
  const squeezed = await Promise.all(samples.map((sample) => promisify(gzip)(sample, fastest)))
  if (squeezed.every((sample, index) => !isSmaller(sample, samples[index] as Uint8Array)))
    return { bytes: chunk, mediaType: chunkType }
  const packed = await promisify(gzip)(chunk, fastest)
  return isSmaller(packed, chunk) ? { bytes: packed, mediaType: gzipChunkType } : { bytes: chunk, mediaType: chunkType }
}

function isSmaller(packed: Uint8Array, plain: Uint8Array): boolean {
  return packed.length < plain.length * 0.95
}

/** Names that are shown; a cache of an extracted module may have hundreds of test keys. */
const shownFiles = 5

function tellKept(session: Session, id: string, { kept, isTooLarge, bytes }: PackedMount, { room }: Packing): void {
  if (isTooLarge) {
    const left = `${formatBytes(bytes)} are more than the ${formatBytes(room)} that mounts-max-size leaves`
    tell(session, `the cache mount ${id} stays here: ${left}`)
  }
  for (const { path: file, reason } of kept.slice(0, shownFiles))
    tell(session, `${JSON.stringify(file)} of the cache mount ${id} stays here: ${reason}`)
  if (kept.length > shownFiles)
    tell(session, `${kept.length - shownFiles} more files of the cache mount ${id} stay here for such reasons`)
}

function tell(session: Session, message: string): void {
  session.emit({ type: 'note', time: session.now(), message })
}
