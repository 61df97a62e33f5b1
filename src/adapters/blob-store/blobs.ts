import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, digestFromHex, digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import { errno, moveInto, openDraft, orStoreFailure, type Scratch, storeFailure } from './store-files.ts'

export interface BlobSummary {
  readonly digest: Digest
  readonly size: number
}

export interface WriteOptions {
  /** Rejects with `checksum-mismatch` when the bytes are others, and stores nothing. */
  readonly expected?: Digest
  /** Stops as soon as there are more bytes than this. */
  readonly expectedSize?: number
  /** The source itself fails at its end when the bytes are not `expected`: they need not be hashed twice. */
  readonly isChecked?: boolean
  /** Told the file that is being written: who reads it early sees bytes that nobody has checked yet. */
  readonly onDraft?: (path: string) => void
}

/** Content by digest, in the form of an OCI layout. Several processes may use it at the same time. */
export interface Blobs {
  /** Whether the blob is there; with `size`, whether it is there with that many bytes. */
  has(digest: Digest, size?: number): Promise<boolean>
  /** Bytes of a blob, undefined when there is none. */
  size(digest: Digest): Promise<number | undefined>
  /** Where the blob is or would be. */
  path(digest: Digest): string
  /** The content in chunks of up to 1 MiB. Rejects with `store-unusable` when there is none. Not checked again. */
  read(digest: Digest): AsyncIterable<Uint8Array>
  /** The whole content, checked against its digest; a blob that fails is removed. For manifests and configs. */
  readBytes(digest: Digest): Promise<Uint8Array>
  /**
   * Stores what the iterable yields under its digest. The blob appears by a rename after the last byte. A blob that is
   * there already with the expected size is not read at all.
   */
  write(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: WriteOptions): Promise<BlobSummary>
  remove(digest: Digest): Promise<void>
}

/** The blobs of the layout at `root`. Each is held before it is looked for. */
export function openBlobs(root: string, scratch: Scratch, hold: (path: string) => void): Blobs {
  const directory = join(root, 'blobs/sha256')
  const path = (digest: Digest): string => join(directory, hexOf(digest))
  const held = (digest: Digest): string => {
    hold(`blobs/sha256/${hexOf(digest)}`)
    return path(digest)
  }
  const size = (digest: Digest): Promise<number | undefined> => sizeOf(held(digest))
  const has = async (digest: Digest, expected?: number): Promise<boolean> => {
    const found = await size(digest)
    return found !== undefined && (expected === undefined || expected === found)
  }
  return {
    path,
    size,
    has,
    read: (digest) => readChunks(held(digest)),
    readBytes: (digest) => readChecked(held(digest), digest),
    remove: (digest) => orStoreFailure(path(digest), () => rm(path(digest), { force: true })),
    async write(bytes, options = {}) {
      const { expected, expectedSize } = options
      if (expected !== undefined && (await has(expected, expectedSize))) {
        return { digest: expected, size: expectedSize ?? (await size(expected)) ?? 0 }
      }
      const draft = scratch.newPath()
      try {
        const written = await writeDraft(draft, bytes, options)
        await orStoreFailure(directory, () => moveInto(draft, held(written.digest)))
        return written
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
  }
}

async function writeDraft(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: WriteOptions,
): Promise<BlobSummary> {
  const file = await orStoreFailure(path, () => openDraft(path))
  options.onDraft?.(path)
  try {
    const known = options.isChecked === true ? options.expected : undefined
    const hash = createHash('sha256')
    let size = 0
    let batch: Uint8Array[] = []
    let batched = 0
    // Errors of the source keep their own shape; only those of the store's files are the store's.
    const flush = () => orStoreFailure(path, () => writeAll(file, batch))
    for await (const chunk of bytes) {
      size += chunk.length
      if (options.expectedSize !== undefined && size > options.expectedSize)
        throw wrongSize(options, `more than ${options.expectedSize}`)
      if (known === undefined) hash.update(chunk)
      batch.push(chunk)
      batched += chunk.length
      if (batched < batchSize) continue
      await flush()
      batch = []
      batched = 0
    }
    await flush()
    const digest = known ?? digestFromHex(hash.digest('hex'))
    if (options.expectedSize !== undefined && size !== options.expectedSize) throw wrongSize(options, String(size))
    if (options.expected !== undefined && digest !== options.expected) {
      throw new SlipwayError('checksum-mismatch', `expected content ${options.expected}, got ${digest} (${size} bytes)`)
    }
    return { digest, size }
  } finally {
    await file.close()
  }
}

/** A write costs a trip through the thread pool, more than the copying of the 64 KiB that sockets give. */
const batchSize = 1 << 20

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks
  while (rest.length > 0) rest = afterBytes(rest, (await file.writev(rest)).bytesWritten)
}

/** What is left of chunks when so many bytes of them are done. */
function afterBytes(chunks: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)]
    left -= chunk.length
  }
  return []
}

async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  const file = await openBlob(path)
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(1 << 20) })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function readChecked(path: string, digest: Digest): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw missing(path, error)
  }
  if (digestOf(bytes) === digest) return bytes
  await rm(path, { force: true })
  throw new SlipwayError('store-unusable', `${path} was damaged and has been removed`, {
    hint: 'build or pull the image again',
    retryable: true,
  })
}

async function openBlob(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw missing(path, error)
  }
}

function missing(path: string, cause: unknown): SlipwayError {
  if (errno(cause) !== 'ENOENT') return storeFailure(path, cause)
  return new SlipwayError('store-unusable', `the store has no ${path}`, {
    cause,
    hint: 'build or pull the image again',
  })
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw storeFailure(path, error)
  }
}

function wrongSize(options: WriteOptions, got: string): SlipwayError {
  const what = options.expected ?? 'content'
  return new SlipwayError('checksum-mismatch', `expected ${options.expectedSize} bytes of ${what}, got ${got}`)
}
