import { createHash } from 'node:crypto'
import { createLimit } from '../../core/index.ts'
import { readText } from './http-wire.ts'
import type { RemoteBlob } from './remote-cache.ts'
import { elementText, failureFrom, s3Failure, type S3Options, type SendToS3 } from './s3-request.ts'

/** Where objects are sent. */
export interface S3Upload {
  readonly send: SendToS3
  readonly options: S3Options
}

/** At least 5 MiB by the rules of S3; memory holds a few of them for every blob that is sent. */
export const partSize = 8 << 20
/** S3's limit. */
const mostParts = 10_000
/** Parts of one blob on their way. */
const parallelParts = 3

interface Target {
  readonly key: string
  readonly signal: AbortSignal
}

/** Sends a blob as an upload in parts, which leaves nothing behind when it fails. */
export async function uploadParts(place: S3Upload, blob: RemoteBlob, target: Target): Promise<void> {
  const { send, options } = place
  const started = await send({ method: 'POST', query: { uploads: '' }, ...target })
  if (started.status !== 200) throw await s3Failure(started, 'begin an upload', options)
  const uploadId = elementText(await readText(started), 'UploadId')
  if (uploadId === undefined) throw failureOf(place, '', 'begin an upload')
  try {
    const tags = await sendParts(place, blob, { ...target, uploadId })
    await complete(place, tags, { ...target, uploadId })
  } catch (error) {
    // The signal of a failed upload may be what ended it.
    const signal = AbortSignal.timeout(10_000)
    const aborted = send({ method: 'DELETE', key: target.key, query: { uploadId }, signal })
    await aborted.then((answer) => answer.discard()).catch(() => {})
    throw error
  }
}

type Upload = Target & { readonly uploadId: string }

async function sendParts(
  { send, options }: S3Upload,
  blob: RemoteBlob,
  { key, signal, uploadId }: Upload,
): Promise<readonly string[]> {
  const limit = createLimit(parallelParts)
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const sendOne = async (bytes: Uint8Array, number: number): Promise<string> => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const answer = await send({
      method: 'PUT',
      key,
      query: { partNumber: String(number), uploadId },
      body: { open: () => bytes, size: bytes.length, sha256 },
      signal: either,
    })
    const tag = answer.header('etag')
    if (answer.status !== 200 || tag === undefined) throw await s3Failure(answer, 'send a part', options)
    answer.discard()
    return tag
  }
  const sent: Promise<string>[] = []
  const size = Math.max(partSize, Math.ceil(blob.descriptor.size / mostParts))
  for await (const bytes of inParts(blob.open(), size)) {
    const number = sent.length + 1
    // Reading on waits for a free place, so that no more than these parts are held.
    await new Promise<void>((begin) => {
      const part = limit(() => {
        begin()
        return sendOne(bytes, number)
      })
      part.catch((error: unknown) => failed.abort(error))
      sent.push(part)
    })
    if (failed.signal.aborted) break
  }
  await Promise.allSettled(sent)
  // The first failure ends the others, whose own ends say nothing.
  if (failed.signal.aborted) throw failed.signal.reason
  return Promise.all(sent)
}

async function complete({ send, options }: S3Upload, tags: readonly string[], upload: Upload): Promise<void> {
  const { key, signal, uploadId } = upload
  const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
  const document = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  const sha256 = createHash('sha256').update(document).digest('hex')
  const body = { open: () => document, size: document.length, sha256 }
  const answer = await send({ method: 'POST', key, query: { uploadId }, body, signal })
  if (answer.status !== 200) throw await s3Failure(answer, 'finish an upload', options)
  // Joining the parts may fail after the status was sent.
  const said = await readText(answer)
  if (!said.includes('<CompleteMultipartUploadResult')) throw failureOf({ send, options }, said, 'finish an upload')
}

function failureOf({ options }: S3Upload, document: string, doing: string): Error {
  const isSigned = options.credentials !== undefined
  return failureFrom(document, { status: 200, doing, bucket: options.bucket, isSigned })
}

/** The same bytes in pieces of one size; the last may be shorter. */
async function* inParts(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let held = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + size - held)
      pieces.push(piece)
      held += piece.length
      at += piece.length
      if (held < size) continue
      yield Buffer.concat(pieces)
      pieces = []
      held = 0
    }
  }
  if (held > 0) yield Buffer.concat(pieces)
}
