import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { readIntoMemory, type RemoteBlob, type RemoteCache } from '../../adapters/remote-cache/index.ts'
import { canonicalJson, digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { MountArrival } from '../engine/mount-arrivals.ts'
import { sendToWorker } from '../engine/worker-stream.ts'
import type { Session } from '../session.ts'
import { decodeMount, gzipChunkType, type MountDocument } from './mount-document.ts'
import { isWanted, type MountOptions } from './mount-options.ts'

type MountSession = Pick<Session, 'call' | 'room'>

/** A cache that may hold mounts. */
export interface MountSource {
  readonly cache: RemoteCache
  /** Documents that its manifest names (`mountType`). */
  readonly documents: readonly Descriptor[]
}

/** A mount that a cache holds. */
export interface ListedMount extends MountArrival {
  /** Name of its directory below `cache-mounts`. */
  readonly name: string
  readonly document: MountDocument
  /** The document and the chunks as they are there, to be passed on. */
  readonly blobs: readonly RemoteBlob[]
}

/** A document of a mount with 2 GB has 100 kB. */
const largestDocument = 16 << 20

export interface Listing {
  readonly options: MountOptions
  /** Milliseconds for all documents; the content of mounts takes its time. */
  readonly timeout: number
  readonly signal: AbortSignal
}

/** The mounts that a cache holds and that are wanted. Documents that are none are left out. */
export async function listMounts(
  session: MountSession,
  { cache, documents }: MountSource,
  { options, timeout, signal }: Listing,
): Promise<readonly ListedMount[]> {
  const listed: ListedMount[] = []
  const until = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
  for (const blob of documents) {
    if (blob.size > largestDocument) continue
    const document = decodeMount(await readBlob(cache, blob, until))
    if (document === undefined || !isWanted(options, document.mount.id)) continue
    const fill = (directory: string, until: AbortSignal): Promise<void> =>
      fillDirectory(session, cache, { document, directory, signal: until })
    const passed = (one: Descriptor): RemoteBlob => ({ descriptor: one, open: () => cache.read(one, signal) })
    const blobs = [blob, ...document.chunks.map((chunk) => chunk.blob)].map(passed)
    // The name is computed, not read: whoever wrote the document has no say in where its content goes.
    const name = hexOf(digestOf(canonicalJson({ ...document.mount })))
    listed.push({ name, document, blobs, from: cache.label, fill })
  }
  return listed
}

async function fillDirectory(
  { call, room }: MountSession,
  cache: RemoteCache,
  { document, directory, signal }: { document: MountDocument; directory: string; signal: AbortSignal },
): Promise<void> {
  const size = document.chunks.reduce((sum, { length }) => sum + length, 0)
  await room.make({ least: size, likely: size })
  await sendToWorker(readChunks(cache, document, signal), (socket) =>
    call('unpackMount', { directory, socket, size }, { signal }),
  )
}

/** Chunks that are asked for before their turn. */
const ahead = 3

async function* readChunks(
  cache: RemoteCache,
  { chunks }: MountDocument,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const coming: Promise<Uint8Array>[] = []
  for (let at = 0; at < chunks.length; at += 1) {
    for (const chunk of chunks.slice(at + coming.length, at + ahead)) {
      const arriving = readChunk(cache, chunk, signal)
      // Those whose turn never comes must not end the process.
      arriving.catch(() => {})
      coming.push(arriving)
    }
    yield await (coming.shift() as Promise<Uint8Array>)
  }
}

async function readChunk(
  cache: RemoteCache,
  { blob, length }: MountDocument['chunks'][number],
  signal: AbortSignal,
): Promise<Uint8Array> {
  const packed = await readBlob(cache, blob, signal)
  const bytes = blob.mediaType === gzipChunkType ? await promisify(gunzip)(packed, { maxOutputLength: length }) : packed
  if (bytes.length === length) return bytes
  throw new SlipwayError('checksum-mismatch', `${blob.digest} has ${bytes.length} bytes instead of ${length}`)
}

async function readBlob(cache: RemoteCache, blob: Descriptor, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = await readIntoMemory(cache, blob, signal)
  if (bytes !== undefined) return bytes
  throw new SlipwayError('checksum-mismatch', `what the cache has for ${blob.digest} is something else`)
}
