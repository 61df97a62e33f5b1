import { SlipwayError } from '../../core/index.ts'
import { type BlobReader, createBlobReader } from './blob-reader.ts'
import { checkStored, nextLocation, type PushBlob, pushRequest, type PushTarget } from './push-target.ts'
import type { Session } from './session.ts'
import type { HttpAnswer } from './transport.ts'

export interface ChunkedUpload {
  readonly blob: PushBlob
  /** Where the registry takes the first part. */
  readonly location: URL
  /** Bytes of a part; the last one may be shorter. */
  readonly chunk: number
  /** Whether the registry has the whole blob. */
  readonly exists: () => Promise<boolean>
}

interface Position {
  readonly location: URL
  /** Bytes that the registry has. */
  readonly offset: number
}

/**
 * Sends a blob in parts (OCI distribution spec 1.1, "Pushing a blob in chunks"). After a broken connection the registry is
 * asked how far it got. `no-parts` when it does not know how to do this; a failure that another upload may not meet is
 * retryable.
 */
export async function uploadChunks(
  session: Session,
  target: PushTarget,
  upload: ChunkedUpload,
): Promise<'sent' | 'no-parts'> {
  const { blob, exists } = upload
  const reader = createBlobReader(() => blob.open())
  let at: Position = { location: upload.location, offset: 0 }
  let failures = 0
  try {
    for (;;) {
      try {
        if (at.offset === blob.descriptor.size) {
          await finish(session, target, { blob, location: at.location })
          return 'sent'
        }
        const next = await sendChunk(session, target, { ...upload, ...at, reader })
        if (next === undefined) return 'no-parts'
        if (next.offset > at.offset) failures = 0
        else if ((failures += 1) > session.retries) throw stuck(target, at.offset)
        at = next
      } catch (error) {
        failures += 1
        if (!(error instanceof SlipwayError) || !error.retryable || failures > session.retries) throw error
        await session.pause(failures, undefined, target.signal)
        const known = await askPosition(session, target, at)
        // The upload may be gone because it is complete and only the answer got lost.
        if (known === undefined && (await exists())) return 'sent'
        if (known === undefined) throw error
        at = known
      }
    }
  } finally {
    await reader.close()
  }
}

/** Undefined when the registry has no such thing as parts. */
async function sendChunk(
  session: Session,
  target: PushTarget,
  { blob, chunk, location, offset, reader }: ChunkedUpload & Position & { readonly reader: BlobReader },
): Promise<Position | undefined> {
  const length = Math.min(chunk, blob.descriptor.size - offset)
  const refusals = offset === 0 ? [404, 405, 411, 415, 501] : []
  const answer = await session.send({
    ...pushRequest(target, location),
    method: 'PATCH',
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(length),
      'content-range': `${offset}-${offset + length - 1}`,
    },
    body: () => reader.read(offset, length),
    accept: (status) => status === 202 || status === 204 || status === 416 || refusals.includes(status),
    retries: 0,
  })
  answer.discard()
  if (refusals.includes(answer.status)) return undefined
  if (answer.status !== 416) return positionIn(target, answer, { location, offset: offset + length, blob })
  const known = await askPosition(session, target, { location, offset })
  if (known !== undefined) return known
  throw new SlipwayError('registry-bad-answer', `${target.reference.registry} has lost an upload`, { retryable: true })
}

/** How far the registry got; undefined when it knows nothing of the upload. */
async function askPosition(session: Session, target: PushTarget, last: Position): Promise<Position | undefined> {
  const answer = await session.send({
    ...pushRequest(target, last.location),
    method: 'GET',
    accept: (status) => status === 204 || status === 200 || status === 202 || status === 404,
  })
  answer.discard()
  return answer.status === 404 ? undefined : positionIn(target, answer, { ...last, offset: 0 })
}

/** `Range: 0-N` names the last byte that has arrived; of an empty upload some registries say `0-0`. */
function positionIn(target: PushTarget, answer: HttpAnswer, last: Position & { readonly blob?: PushBlob }): Position {
  const end = /^(?:bytes=)?0-(\d+)$/.exec(answer.header('range') ?? '')?.[1]
  const location = answer.header('location') === undefined ? last.location : nextLocation(target, answer)
  const offset = end === undefined ? last.offset : end === '0' ? 0 : Number(end) + 1
  const size = last.blob?.descriptor.size ?? Number.MAX_SAFE_INTEGER
  if (Number.isSafeInteger(offset) && offset <= size) return { location, offset }
  throw new SlipwayError(
    'registry-bad-answer',
    `${target.reference.registry} says that it has more of a blob than there is`,
  )
}

async function finish(
  session: Session,
  target: PushTarget,
  { blob, location }: { readonly blob: PushBlob; readonly location: URL },
): Promise<void> {
  const closing = new URL(location)
  closing.searchParams.set('digest', blob.descriptor.digest)
  const headers = { 'content-type': 'application/octet-stream', 'content-length': '0' }
  const answer = await session.send({ ...pushRequest(target, closing), method: 'PUT', headers, retries: 0 })
  answer.discard()
  checkStored(target, blob.descriptor, answer)
}

function stuck(target: PushTarget, offset: number): SlipwayError {
  return new SlipwayError(
    'registry-unreachable',
    `${target.reference.registry} takes no more of an upload after ${offset} bytes`,
  )
}
