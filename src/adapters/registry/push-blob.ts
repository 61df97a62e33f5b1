import { SlipwayError } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { checkStored, nextLocation, type PushBlob, pushRequest, type PushTarget } from './push-target.ts'
import type { Session } from './session.ts'
import type { HttpAnswer } from './transport.ts'
import { uploadChunks } from './upload-chunks.ts'

export type BlobOutcome = 'exists' | 'mounted' | 'sent'

export interface UploadLimits {
  /** Bytes of one part of an upload in parts. */
  readonly chunk: number
  /** Larger blobs are sent in parts from the start. */
  readonly wholeUpTo: number
}

/**
 * One request for the whole blob is what every registry understands and what is fastest, but it cannot be taken up again.
 * A part is large enough that a round trip of 100 ms costs little at 1 Gbit/s (half a second per part), and below the
 * 100 MB that common proxies let through. Beyond 512 MiB (40 s at 100 Mbit/s) starting over costs more than the parts do.
 */
export const defaultLimits: UploadLimits = { chunk: 64 << 20, wholeUpTo: 512 << 20 }

interface Upload {
  readonly blob: PushBlob
  readonly limits: UploadLimits
}

/** Brings a blob into a repository by whatever needs the fewest bytes. */
export async function pushBlob(session: Session, target: PushTarget, upload: Upload): Promise<BlobOutcome> {
  const { blob, limits } = upload
  if (await hasBlob(session, target, blob.descriptor)) return 'exists'
  let inParts = blob.descriptor.size > limits.wholeUpTo
  let mayPart = blob.descriptor.size > limits.chunk
  for (let attempt = 1; ; attempt += 1) {
    try {
      const mountFrom = attempt === 1 ? blob.mountFrom?.[0] : undefined
      const outcome = await transfer(session, target, { ...upload, mountFrom, inParts, mayPart })
      if (outcome === 'mounted' || outcome === 'sent') return outcome
      mayPart = outcome === 'too-large'
    } catch (error) {
      const again = error instanceof SlipwayError && error.retryable && attempt <= session.retries
      if (!again) throw error
      await session.pause(attempt, undefined, target.signal)
    }
    // Half an upload in one request is lost; the parts of one in parts that have arrived are not.
    inParts = mayPart
  }
}

async function hasBlob(session: Session, target: PushTarget, { digest }: Descriptor): Promise<boolean> {
  const answer = await session.send({
    ...pushRequest(target, `/${target.reference.repository}/blobs/${digest}`),
    method: 'HEAD',
    accept: (status) => status === 200 || status === 404,
  })
  answer.discard()
  return answer.status === 200
}

interface Transfer extends Upload {
  readonly mountFrom: string | undefined
  readonly inParts: boolean
  /** Whether another attempt could send it in parts. */
  readonly mayPart: boolean
}

type Transferred = 'mounted' | 'sent' | 'too-large' | 'no-parts'

async function transfer(session: Session, target: PushTarget, how: Transfer): Promise<Transferred> {
  const { blob, limits, inParts } = how
  const started = await startUpload(session, target, how)
  if (started === undefined) return 'mounted'
  const location = nextLocation(target, started)
  if (!inParts) return uploadWhole(session, target, { ...how, location })
  const least = Number(started.header('oci-chunk-min-length') ?? 0)
  const chunk = Math.max(limits.chunk, Number.isSafeInteger(least) ? least : 0)
  const exists = (): Promise<boolean> => hasBlob(session, target, blob.descriptor)
  return uploadChunks(session, target, { blob, location, chunk, exists })
}

/** The answer that says where to send the content; undefined when the registry took the blob over from elsewhere. */
async function startUpload(
  session: Session,
  target: PushTarget,
  { blob, mountFrom }: Transfer,
): Promise<HttpAnswer | undefined> {
  const uploads = `/${target.reference.repository}/blobs/uploads/`
  const start = async (to: string, scope: readonly string[] = []): Promise<HttpAnswer> => {
    const request = pushRequest(target, to)
    const headers = { 'content-length': '0' }
    const answer = await session.send({ ...request, scope: [...request.scope, ...scope], method: 'POST', headers })
    answer.discard()
    return answer
  }
  if (mountFrom === undefined) return start(uploads)
  const query = `?mount=${blob.descriptor.digest}&from=${encodeURIComponent(mountFrom)}`
  try {
    const answer = await start(uploads + query, [`repository:${mountFrom}:pull`])
    return answer.status === 201 ? undefined : answer
  } catch (error) {
    // Nobody needs to be allowed to read there, and some registries know no mounts.
    const isRefused = error instanceof SlipwayError && error.code !== 'cancelled' && !error.retryable
    if (!isRefused) throw error
    return start(uploads)
  }
}

async function uploadWhole(
  session: Session,
  target: PushTarget,
  { blob, location, mayPart }: Transfer & { readonly location: URL },
): Promise<Transferred> {
  location.searchParams.set('digest', blob.descriptor.digest)
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.descriptor.size) }
  const answer = await session.send({
    ...pushRequest(target, location),
    method: 'PUT',
    headers,
    body: () => blob.open(),
    accept: (status) => status === 201 || status === 204 || (status === 413 && mayPart),
    retries: 0,
  })
  answer.discard()
  if (answer.status === 413) return 'too-large'
  checkStored(target, blob.descriptor, answer)
  return 'sent'
}
