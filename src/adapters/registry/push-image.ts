import { digestOf, parseDigest, SlipwayError } from '../../core/index.ts'
import { type Descriptor, formatReference, type Reference, withDefaultTag } from '../../oci/index.ts'
import { manifestPath } from './endpoint.ts'
import type { Gate } from './gate.ts'
import type { RegistryRequest, Session } from './session.ts'

export interface PushBlob {
  readonly descriptor: Descriptor
  /** The content from its start; may be called more than once. */
  open(): AsyncIterable<Uint8Array>
  /** Repositories of the same registry that may have it. */
  readonly mountFrom?: readonly string[]
}

export interface PushImage {
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array }
  /** The configuration and the layers, in any order. */
  readonly blobs: readonly PushBlob[]
}

export interface PushTarget {
  readonly reference: Reference
  readonly endpoint: string
  readonly signal?: AbortSignal | undefined
  /** What happened to a blob: it was there, was taken over from another repository, or was sent. */
  readonly onBlob?: ((blob: Descriptor, outcome: 'exists' | 'mounted' | 'sent') => void) | undefined
}

/** Sends what the registry does not have, then the manifest. The blobs of an image travel side by side. */
export async function pushImage(
  session: Session,
  target: PushTarget,
  image: PushImage & { readonly gate: Gate },
): Promise<Descriptor> {
  const unique = new Map(image.blobs.map((blob) => [blob.descriptor.digest, blob]))
  const results = await Promise.allSettled(
    [...unique.values()].map((blob) => throughGate(image.gate, () => pushBlob(session, target, blob))),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return pushManifest(session, target, image.manifest)
}

/** Stores a manifest or an index under the tag of the reference, or under its own digest when there is no tag. */
export async function pushManifest(
  session: Session,
  target: PushTarget,
  manifest: PushImage['manifest'],
): Promise<Descriptor> {
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
    ...requestFor(target, `${target.endpoint}${manifestPath(address)}`),
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType, 'content-length': String(manifest.bytes.length) },
    body: () => manifest.bytes,
  })
  answer.discard()
  const stored = parseDigest(answer.header('docker-content-digest') ?? '')
  if (stored !== undefined && stored !== digest) {
    throw new SlipwayError(
      'registry-bad-answer',
      `${formatReference(target.reference)} was stored as ${stored} instead of ${digest}`,
    )
  }
  return { mediaType: manifest.mediaType, digest, size: manifest.bytes.length }
}

async function pushBlob(session: Session, target: PushTarget, blob: PushBlob): Promise<void> {
  const { repository } = target.reference
  const { descriptor } = blob
  const head = await session.send({
    ...requestFor(target, `${target.endpoint}/${repository}/blobs/${descriptor.digest}`),
    method: 'HEAD',
    accept: (status) => status === 200 || status === 404,
  })
  head.discard()
  if (head.status === 200) return target.onBlob?.(descriptor, 'exists')
  for (let attempt = 1; ; attempt += 1) {
    try {
      const outcome = await transfer(session, target, blob)
      return target.onBlob?.(descriptor, outcome)
    } catch (error) {
      // Half an upload cannot be taken up with one PUT; a new one starts from nothing.
      const again = error instanceof SlipwayError && error.retryable && attempt <= session.retries
      if (!again) throw error
      await session.pause(attempt, undefined, target.signal)
    }
  }
}

async function transfer(session: Session, target: PushTarget, blob: PushBlob): Promise<'mounted' | 'sent'> {
  const uploads = `${target.endpoint}/${target.reference.repository}/blobs/uploads/`
  const [from] = blob.mountFrom ?? []
  const query = from === undefined ? '' : `?mount=${blob.descriptor.digest}&from=${encodeURIComponent(from)}`
  const location = await startUpload(session, target, uploads + query)
  if (location === undefined) return 'mounted'
  await upload(session, target, { blob, location })
  return 'sent'
}

/** Where to send the content; undefined when the registry took the blob over from elsewhere. */
async function startUpload(session: Session, target: PushTarget, url: string): Promise<URL | undefined> {
  const from = new URL(url).searchParams.get('from')
  const request = requestFor(target, url)
  const scope = from === null ? request.scope : [...request.scope, `repository:${from}:pull`]
  const answer = await session.send({ ...request, scope, method: 'POST', headers: { 'content-length': '0' } })
  answer.discard()
  if (answer.status === 201) return undefined
  const location = answer.header('location')
  if (location === undefined || !URL.canParse(location, answer.url.href)) {
    throw new SlipwayError('registry-bad-answer', `${target.reference.registry} does not say where to send blobs`)
  }
  return new URL(location, answer.url)
}

async function upload(
  session: Session,
  target: PushTarget,
  { blob, location }: { blob: PushBlob; location: URL },
): Promise<void> {
  location.searchParams.set('digest', blob.descriptor.digest)
  const request = requestFor(target, location.href)
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.descriptor.size) }
  const answer = await session.send({ ...request, method: 'PUT', headers, body: () => blob.open(), once: true })
  answer.discard()
}

function requestFor(target: PushTarget, url: string): Omit<RegistryRequest, 'method'> {
  const { registry, repository } = target.reference
  const scope = [`repository:${repository}:pull,push`]
  const what = `push to ${formatReference(target.reference)}`
  return { url: new URL(url), headers: {}, registry, repository, scope, what, signal: target.signal }
}

async function throughGate<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  await gate.enter()
  try {
    return await work()
  } finally {
    gate.leave()
  }
}
