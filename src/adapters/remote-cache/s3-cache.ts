import { createHash } from 'node:crypto'
import { createLimit, hexOf } from '../../core/index.ts'
import { rangeFrom, readResuming, readText, type Wire, type WireAnswer } from './http-wire.ts'
import type { RemoteBlob, RemoteCache, RemoteManifest } from './remote-cache.ts'
import { escapeKey, s3Failure, type S3Options, s3Sender } from './s3-request.ts'
import { partSize, type S3Upload, uploadParts } from './s3-upload.ts'

/** Copying in one request, the way to make an object young, ends there. */
const largestCopy = 5 * 1024 ** 3
/** Far more than any: 10 000 layers take 3 MB. */
const largestManifest = 64 << 20

/**
 * A cache in a bucket of S3 or of something that speaks its language, laid out as BuildKit does: blobs at
 * `PREFIX blobs/sha256:…`, manifests at `PREFIX manifests/NAME`. Rejects with `cache-unavailable`.
 */
export function openS3Cache(wire: Wire, options: S3Options): RemoteCache {
  const place: Place = { wire, send: s3Sender(wire, options), options }
  const blobs = createLimit(options.uploads)
  const keyOf = (digest: string): string => options.blobs + digest
  return {
    label: `s3://${options.bucket}/${options.manifests[0]}`,
    loadManifest: (signal) => load(place, signal),
    async saveManifest(manifest, signal) {
      for (const key of options.manifests) await save(place, { key, manifest, signal })
    },
    read: (blob, signal) => readObject(place, { key: keyOf(blob.digest), signal }),
    write: (blob, signal) => blobs(() => writeBlob(place, blob, { key: keyOf(blob.descriptor.digest), signal })),
    close: () => wire.close(),
  }
}

interface Place extends S3Upload {
  readonly wire: Wire
}

interface At {
  readonly key: string
  readonly signal: AbortSignal
}

async function load({ send, options }: S3Upload, signal: AbortSignal): Promise<RemoteManifest | undefined> {
  const answer = await send({ method: 'GET', key: options.manifests[0] ?? '', signal })
  if (answer.status === 200) {
    const bytes = Buffer.from(await readText(answer, largestManifest))
    return { mediaType: answer.header('content-type') ?? '', bytes }
  }
  const failure = await s3Failure(answer, 'read the manifest', options)
  if (answer.status === 404 && !failure.message.includes('NoSuchBucket')) return undefined
  throw failure
}

async function save(
  { send, options }: S3Upload,
  { key, manifest, signal }: At & { readonly manifest: RemoteManifest },
): Promise<void> {
  const sha256 = createHash('sha256').update(manifest.bytes).digest('hex')
  const body = { open: () => manifest.bytes, size: manifest.bytes.length, sha256 }
  const answer = await send({ method: 'PUT', key, body, headers: { 'content-type': manifest.mediaType }, signal })
  if (answer.status !== 200) throw await s3Failure(answer, 'write the manifest', options)
  answer.discard()
}

function readObject({ wire, send, options }: Place, { key, signal }: At): AsyncIterable<Uint8Array> {
  const open = async (from: number): Promise<WireAnswer> => {
    const answer = await send({ method: 'GET', key, signal, ...(from === 0 ? {} : { headers: rangeFrom(from) }) })
    if (answer.status === 200 || answer.status === 206) return answer
    throw await s3Failure(answer, 'read a blob', options)
  }
  return readResuming(wire, open, { url: options.base, attempts: options.attempts, signal })
}

async function writeBlob(place: S3Upload, blob: RemoteBlob, { key, signal }: At): Promise<'exists' | 'sent'> {
  const { send, options } = place
  const { size, digest } = blob.descriptor
  if (await isThere(place, { key, signal, size })) return 'exists'
  if (size > 2 * partSize) {
    await uploadParts(place, blob, { key, signal })
    return 'sent'
  }
  const answer = await send({ method: 'PUT', key, body: { open: blob.open, size, sha256: hexOf(digest) }, signal })
  if (answer.status !== 200) throw await s3Failure(answer, 'write a blob', options)
  answer.discard()
  return 'sent'
}

/** Whether an object is there and, young as it is or was made now, stays for a while. */
async function isThere(place: S3Upload, at: At & { readonly size: number }): Promise<boolean> {
  const { send, options } = place
  const head = await send({ method: 'HEAD', key: at.key, signal: at.signal })
  head.discard()
  if (head.status === 404) return false
  if (head.status !== 200) throw await s3Failure(await asked(place, at, head), 'look for a blob', options)
  if (Number(head.header('content-length')) !== at.size) return false
  const age = Date.now() - Date.parse(head.header('last-modified') ?? '')
  if (!(age > options.touchRefresh)) return true
  return at.size < largestCopy && touch(place, at)
}

/** The same question with an answer that says what is wrong: HEAD gets no text. */
async function asked({ send }: S3Upload, { key, signal }: At, head: WireAnswer): Promise<WireAnswer> {
  const answer = await send({ method: 'GET', key, headers: { range: 'bytes=0-0' }, signal })
  return answer.status === head.status ? answer : head
}

/** Copies an object onto itself, so that rules of the bucket that remove what is old leave it; whether that worked. */
async function touch({ send, options }: S3Upload, { key, signal }: At): Promise<boolean> {
  const headers = {
    'x-amz-copy-source': `/${options.bucket}/${escapeKey(key)}`,
    'x-amz-metadata-directive': 'REPLACE',
    'x-amz-meta-updated-at': new Date().toISOString(),
  }
  const answer = await send({ method: 'PUT', key, headers, signal })
  // A copy may fail after the status was sent.
  return answer.status === 200 && (await readText(answer)).includes('<CopyObjectResult')
}
