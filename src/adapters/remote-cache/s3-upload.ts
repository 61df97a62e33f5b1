import { createHash } from 'node:crypto'
import { elementText } from './element-text.ts'
import { readText } from './http-wire.ts'
import type { RemoteBlob } from './remote-cache.ts'
import { failureFrom, s3Failure, type S3Options, type SendToS3 } from './s3-request.ts'
import { type Part, sendInParts } from './send-in-parts.ts'

/** Where objects are sent. */
export interface S3Upload {
  readonly send: SendToS3
  readonly options: S3Options
}

/** At least 5 MiB by the rules of S3. */
export const partSize = 8 << 20
/** S3's limit. */
const mostParts = 10_000

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
  const upload = { ...target, uploadId }
  try {
    const size = Math.max(partSize, Math.ceil(blob.descriptor.size / mostParts))
    const sendOne = (part: Part, signal: AbortSignal): Promise<string> => sendPart(place, part, { ...upload, signal })
    await complete(place, await sendInParts(blob.open(), sendOne, { size, signal: target.signal }), upload)
  } catch (error) {
    // The signal of a failed upload may be what ended it.
    const signal = AbortSignal.timeout(10_000)
    const aborted = send({ method: 'DELETE', key: target.key, query: { uploadId }, signal })
    await aborted.then((answer) => answer.discard()).catch(() => {})
    throw error
  }
}

type Upload = Target & { readonly uploadId: string }

/** Returns what S3 calls the part. */
async function sendPart(
  { send, options }: S3Upload,
  { bytes, number }: Part,
  { key, signal, uploadId }: Upload,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const query = { partNumber: String(number), uploadId }
  const answer = await send({
    method: 'PUT',
    key,
    query,
    body: { open: () => bytes, size: bytes.length, sha256 },
    signal,
  })
  const tag = answer.header('etag')
  if (answer.status !== 200 || tag === undefined) throw await s3Failure(answer, 'send a part', options)
  answer.discard()
  return tag
}

async function complete(place: S3Upload, tags: readonly string[], upload: Upload): Promise<void> {
  const { key, signal, uploadId } = upload
  const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
  const document = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  const sha256 = createHash('sha256').update(document).digest('hex')
  const body = { open: () => document, size: document.length, sha256 }
  const answer = await place.send({ method: 'POST', key, query: { uploadId }, body, signal })
  if (answer.status !== 200) throw await s3Failure(answer, 'finish an upload', place.options)
  // Joining the parts may fail after the status was sent.
  const said = await readText(answer)
  if (!said.includes('<CompleteMultipartUploadResult')) throw failureOf(place, said, 'finish an upload')
}

function failureOf({ options }: S3Upload, document: string, doing: string): Error {
  const isSigned = options.credentials !== undefined
  return failureFrom(document, { status: 200, doing, bucket: options.bucket, isSigned })
}
