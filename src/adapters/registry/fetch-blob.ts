import { createHash, type Hash } from 'node:crypto'
import { digestFromHex, SlipwayError } from '../../core/index.ts'
import { type Descriptor, formatReference, type Reference } from '../../oci/index.ts'
import { turns } from './across-hosts.ts'
import type { RegistryHost } from './registry-host.ts'
import type { Session } from './session.ts'
import type { HttpAnswer } from './transport.ts'
import { isTransient, networkFailure } from './wire-error.ts'

export interface BlobRequest {
  readonly reference: Reference
  readonly descriptor: Descriptor
  /** Where it may be, in the order to try. */
  readonly hosts: readonly RegistryHost[]
  readonly signal?: AbortSignal | undefined
}

interface Received {
  readonly hash: Hash
  size: number
}

/**
 * The content of a blob. A broken connection is taken up again where it broke (Range, RFC 9110 14.2), at the next host when
 * the first one does not recover. More bytes than the descriptor says end the transfer at once; a wrong digest shows at the
 * end, so nobody may use the bytes before that.
 */
export async function* fetchBlob(session: Session, request: BlobRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const received: Received = { hash: createHash('sha256'), size: 0 }
  for (const turn of turns(session, request.hosts)) {
    try {
      yield* transferFrom(session, { retries: session.retries, ...request, ...turn.at, received })
      break
    } catch (error) {
      if (received.size > request.descriptor.size) throw error
      turn.failed(error)
    }
  }
  const digest = digestFromHex(received.hash.digest('hex'))
  if (digest !== request.descriptor.digest) throw badBlob(request, `has the digest ${digest}`)
}

interface Transfer extends BlobRequest {
  readonly host: RegistryHost
  readonly retries: number
  readonly received: Received
}

async function* transferFrom(session: Session, transfer: Transfer): AsyncGenerator<Uint8Array, void, undefined> {
  const { descriptor, received, retries } = transfer
  let failures = 0
  for (;;) {
    const answer = await requestFrom(session, transfer)
    try {
      checkLength(transfer, answer)
      for await (const chunk of skip(answer.body, skippedBytes(answer, received.size))) {
        received.size += chunk.length
        if (received.size > descriptor.size)
          throw badBlob(transfer, `is longer than the ${descriptor.size} bytes it should have`)
        received.hash.update(chunk)
        failures = 0
        yield chunk
      }
      if (received.size === descriptor.size) return
      failures += 1
      if (failures > retries) throw badBlob(transfer, `ends after ${received.size} of ${descriptor.size} bytes`)
    } catch (error) {
      failures += 1
      if (!isTransient(error) || failures > retries) throw networkFailure(answer.url, error)
    } finally {
      answer.discard()
    }
    await session.pause(failures, undefined, transfer.signal)
  }
}

function requestFrom(session: Session, transfer: Transfer): Promise<HttpAnswer> {
  const { reference, descriptor, host, received, retries, signal } = transfer
  return session.send({
    method: 'GET',
    host,
    to: `/${reference.repository}/blobs/${descriptor.digest}`,
    headers: received.size === 0 ? {} : { range: `bytes=${received.size}-` },
    registry: reference.registry,
    repository: reference.repository,
    scope: [`repository:${reference.repository}:pull`],
    what: `blob ${descriptor.digest} of ${formatReference(reference)}`,
    accept: (status) => status === 200 || status === 206,
    retries,
    signal,
  })
}

/** A whole answer that announces another length is no broken connection: asking again would give the same. */
function checkLength(transfer: Transfer, answer: HttpAnswer): void {
  const announced = answer.status === 200 ? answer.header('content-length') : undefined
  if (announced === undefined || answer.header('content-encoding') !== undefined) return
  if (Number(announced) !== transfer.descriptor.size)
    throw badBlob(transfer, `has ${announced} bytes, it should have ${transfer.descriptor.size}`)
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

function badBlob(
  { reference, descriptor }: Pick<BlobRequest, 'reference' | 'descriptor'>,
  reason: string,
): SlipwayError {
  return new SlipwayError('registry-bad-answer', `blob ${descriptor.digest} of ${formatReference(reference)} ${reason}`)
}
