import { type Digest, digestOf, SlipwayError } from '../../core/index.ts'
import { type Descriptor, formatReference, type Reference, withDefaultTag } from '../../oci/index.ts'
import { contradicts } from './announced-digest.ts'
import { manifestPath } from './endpoint.ts'
import type { Gate } from './gate.ts'
import { type BlobOutcome, pushBlob, type UploadLimits } from './push-blob.ts'
import { type PushBlob, pushRequest, type PushTarget } from './push-target.ts'
import type { HttpAnswer } from './transport.ts'
import type { Session } from './session.ts'

export interface PushImage {
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array }
  /** The configuration and the layers, in any order. */
  readonly blobs: readonly PushBlob[]
}

export interface PushWays {
  readonly gate: Gate
  readonly limits: UploadLimits
  /** What happened to a blob: it was there, was taken over from another repository, or was sent. */
  readonly onBlob?: ((blob: Descriptor, outcome: BlobOutcome) => void) | undefined
  /** Blobs of the same push that are on their way or have arrived; those that start now are added. */
  readonly underway?: Map<Digest, Promise<void>> | undefined
}

/**
 * Sends what the registry does not have, side by side; what is underway already is waited for. Every transfer has ended when
 * this does.
 */
export async function pushBlobs(
  session: Session,
  target: PushTarget,
  blobs: readonly PushBlob[],
  ways: PushWays,
): Promise<void> {
  const unique = new Map(blobs.map((blob) => [blob.descriptor.digest, blob]))
  const results = await Promise.allSettled([...unique.values()].map((blob) => bring(session, target, blob, ways)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function bring(
  session: Session,
  target: PushTarget,
  blob: PushBlob,
  { gate, limits, onBlob, underway }: PushWays,
): Promise<void> {
  const { digest } = blob.descriptor
  const known = underway?.get(digest)
  if (known !== undefined) return known
  const promise = throughGate(gate, async () => {
    const outcome = await pushBlob(session, target, { blob, limits })
    onBlob?.(blob.descriptor, outcome)
  })
  underway?.set(digest, promise)
  return promise
}

/** Stores a manifest or an index under the tag of the reference, or under its own digest when there is no tag. */
export async function pushManifest(
  session: Session,
  target: PushTarget,
  manifest: PushImage['manifest'],
): Promise<Descriptor> {
  return (await putManifest(session, target, manifest)).descriptor
}

/** The same with the answer of the registry, whose headers say what it has understood. */
export async function putManifest(
  session: Session,
  target: PushTarget,
  manifest: PushImage['manifest'],
): Promise<{ readonly descriptor: Descriptor; readonly answer: HttpAnswer }> {
  const digest = digestOf(manifest.bytes)
  const { tag, digest: wanted, ...name } = withDefaultTag(target.reference)
  if (wanted !== undefined && wanted !== digest) {
    throw new SlipwayError(
      'bad-reference',
      `the image has the digest ${digest}, it cannot be pushed as ${formatReference(target.reference)}`,
    )
  }
  const address: Reference = tag === undefined ? { ...name, digest } : { ...name, tag }
  const answer = await session.send({
    ...pushRequest(target, manifestPath(address)),
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType, 'content-length': String(manifest.bytes.length) },
    body: () => manifest.bytes,
  })
  answer.discard()
  const stored = answer.header('docker-content-digest')
  if (contradicts(stored, manifest.bytes)) {
    throw new SlipwayError(
      'registry-bad-answer',
      `${formatReference(target.reference)} was stored as ${stored} instead of ${digest}`,
    )
  }
  return { descriptor: { mediaType: manifest.mediaType, digest, size: manifest.bytes.length }, answer }
}

async function throughGate<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  await gate.enter()
  try {
    return await work()
  } finally {
    gate.leave()
  }
}
