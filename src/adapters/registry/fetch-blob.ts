import { createHash, type Hash } from 'node:crypto'
import { digestFromHex, SlipwayError } from '../../core/index.ts'
import { type Descriptor, formatReference, type Reference } from '../../oci/index.ts'
import type { Session } from './session.ts'
import type { HttpAnswer } from './transport.ts'
import { isTransient, networkFailure } from './wire-error.ts'

export interface BlobRequest {
  readonly reference: Reference
  readonly descriptor: Descriptor
  /** The API of the registry, as `endpointOf` gives it. */
  readonly endpoint: string
  readonly signal?: AbortSignal | undefined
}

/**
 * The content of a blob. A broken connection is taken up again where it broke (Range, RFC 9110 14.2). More bytes than the
 * descriptor says end the transfer at once; a wrong digest shows at the end, so nobody may use the bytes before that.
 */
export async function* fetchBlob(session: Session, request: BlobRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { descriptor } = request
  const hash = createHash('sha256')
  let received = 0
  let failures = 0
  for (;;) {
    const answer = await requestFrom(session, request, received)
    try {
      for await (const chunk of skip(answer.body, skippedBytes(answer, received))) {
        received += chunk.length
        if (received > descriptor.size)
          throw badBlob(request, `is longer than the ${descriptor.size} bytes it should have`)
        hash.update(chunk)
        failures = 0
        yield chunk
      }
      if (received === descriptor.size) return verify(request, hash)
      failures += 1
      if (failures > session.retries) throw badBlob(request, `ends after ${received} of ${descriptor.size} bytes`)
    } catch (error) {
      failures += 1
      if (!isTransient(error) || failures > session.retries) throw networkFailure(answer.url, error)
    } finally {
      answer.discard()
    }
    await session.pause(failures, undefined, request.signal)
  }
}

function requestFrom(session: Session, request: BlobRequest, offset: number): Promise<HttpAnswer> {
  const { reference, descriptor, endpoint, signal } = request
  return session.send({
    method: 'GET',
    url: new URL(`${endpoint}/${reference.repository}/blobs/${descriptor.digest}`),
    headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
    registry: reference.registry,
    repository: reference.repository,
    scope: [`repository:${reference.repository}:pull`],
    what: `blob ${descriptor.digest} of ${formatReference(reference)}`,
    accept: (status) => status === 200 || status === 206,
    signal,
  })
}

/** Bytes at the start of the answer that are known already: all of them when the server ignores ranges. */
function skippedBytes(answer: HttpAnswer, received: number): number {
  if (answer.status === 200) return received
  const start = Number(/^bytes (\d+)-/.exec(answer.header('content-range') ?? '')?.[1] ?? received)
  if (start > received)
    throw new SlipwayError(
      'registry-bad-answer',
      `${answer.url.host} sends another part of a blob than it was asked for`,
    )
  return received - start
}

async function* skip(body: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = count
  for await (const chunk of body) {
    const rest = chunk.subarray(Math.min(left, chunk.length))
    left -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}

function verify(request: BlobRequest, hash: Hash): void {
  const digest = digestFromHex(hash.digest('hex'))
  if (digest !== request.descriptor.digest) throw badBlob(request, `has the digest ${digest}`)
}

function badBlob({ reference, descriptor }: BlobRequest, reason: string): SlipwayError {
  return new SlipwayError('registry-bad-answer', `blob ${descriptor.digest} of ${formatReference(reference)} ${reason}`)
}
