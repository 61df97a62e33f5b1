import { type Digest, digestOf, parseDigest, SlipwayError } from '../../core/index.ts'
import {
  type Descriptor,
  decodeImageConfig,
  decodeIndex,
  decodeManifest,
  decodeObject,
  formatPlatform,
  formatReference,
  type ImageConfig,
  type Manifest,
  manifestKind,
  mediaTypes,
  type Platform,
  platformsOf,
  type Provenance,
  type Reference,
  selectManifest,
  withDefaultTag,
} from '../../oci/index.ts'
import { contradicts } from './announced-digest.ts'
import { manifestPath } from './endpoint.ts'
import { fetchBlob } from './fetch-blob.ts'
import type { RegistryHost } from './registry-host.ts'
import type { Session } from './session.ts'
import type { HttpAnswer } from './transport.ts'

export interface ResolvedDocument<T> {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  readonly value: T
}

/** Everything about an image but its layers' content. */
export interface ResolvedImage {
  /** With the digest of what the name stands for: the index where there is one. */
  readonly reference: Reference & { readonly digest: Digest }
  readonly manifest: ResolvedDocument<Manifest>
  readonly config: ResolvedDocument<ImageConfig>
  /** Lowest first. */
  readonly layers: readonly { readonly blob: Descriptor; readonly diffId: Digest }[]
}

export interface ResolveRequest {
  readonly reference: Reference
  readonly platform: Platform
  readonly host: RegistryHost
  /** Tries after the first one; as many as the session makes when absent. */
  readonly retries?: number
  readonly signal?: AbortSignal | undefined
}

interface Received {
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly mediaType: string
}

/** As large as containerd accepts. */
const documentLimit = 8 << 20

/**
 * The image a name stands for on a platform. Rejects with `image-not-found`, `platform-unavailable` (naming those there
 * are), `registry-denied`, `registry-unreachable`, or `registry-bad-answer` for anything that is not what its digest says.
 */
export async function resolveImage(session: Session, request: ResolveRequest): Promise<ResolvedImage> {
  const top = await fetchManifest(session, request, undefined)
  const from = provenance(`the manifest of ${formatReference(request.reference)}`)
  const isIndex = manifestKind(decodeObject(top.bytes, from), top.mediaType) === 'index'
  const chosen = isIndex ? await fetchManifest(session, request, chooseManifest(top, request)) : top
  const manifest = decodeManifest(chosen.bytes, from, chosen.mediaType)
  const config = await fetchConfig(session, request, manifest.config)
  const { diff_ids: diffIds } = config.value.rootfs
  if (diffIds.length !== manifest.layers.length) {
    throw bad(request, `has ${manifest.layers.length} layers but its configuration names ${diffIds.length}`)
  }
  return {
    reference: { ...request.reference, digest: top.digest },
    manifest: { descriptor: describe(chosen), bytes: chosen.bytes, value: manifest },
    config,
    layers: manifest.layers.map((blob, index) => ({ blob, diffId: diffIds[index] as Digest })),
  }
}

/** A manifest or an index as it is, checked: what the name stands for, or what `descriptor` names in its repository. */
export async function resolveDocument(
  session: Session,
  request: Omit<ResolveRequest, 'platform'>,
  descriptor: Descriptor | undefined,
): Promise<{ readonly descriptor: Descriptor; readonly bytes: Uint8Array }> {
  const received = await fetchManifest(session, request, descriptor)
  return { descriptor: describe(received), bytes: received.bytes }
}

/** What a name stands for now: a HEAD request where the registry answers it with a digest, else the document itself. */
export async function resolveDigest(session: Session, request: Omit<ResolveRequest, 'platform'>): Promise<Descriptor> {
  const answer = await session.send({ ...manifestRequest(request, undefined), method: 'HEAD' })
  answer.discard()
  const digest = parseDigest(answer.header('docker-content-digest') ?? '')
  const size = Number(answer.header('content-length') ?? Number.NaN)
  const mediaType = mediaTypeOf(answer)
  if (digest !== undefined && Number.isSafeInteger(size) && mediaType !== undefined) return { mediaType, digest, size }
  return describe(await fetchManifest(session, request, undefined))
}

async function fetchManifest(
  session: Session,
  request: Omit<ResolveRequest, 'platform'>,
  descriptor: Descriptor | undefined,
): Promise<Received> {
  const { answer, bytes } = await session.read(manifestRequest(request, descriptor), documentLimit)
  const digest = digestOf(bytes)
  const wanted = descriptor?.digest ?? request.reference.digest
  const claim = answer.header('docker-content-digest')
  if (wanted !== undefined && digest !== wanted)
    throw bad(request, `should have the digest ${wanted}, the registry sends ${digest}`)
  if (contradicts(claim, bytes)) throw bad(request, `is announced as ${claim}, the registry sends ${digest}`)
  return { bytes, digest, mediaType: descriptor?.mediaType ?? mediaTypeOf(answer) ?? '' }
}

function manifestRequest(
  request: Omit<ResolveRequest, 'platform'>,
  descriptor: Descriptor | undefined,
): Parameters<Session['send']>[0] {
  const { reference, host, retries, signal } = request
  const target = descriptor === undefined ? reference : { ...reference, digest: descriptor.digest }
  const { ociIndex, ociManifest, dockerIndex, dockerManifest } = mediaTypes
  return {
    method: 'GET',
    host,
    to: manifestPath(target),
    headers: { accept: [ociIndex, ociManifest, dockerIndex, dockerManifest].join(', ') },
    registry: reference.registry,
    repository: reference.repository,
    scope: [`repository:${reference.repository}:pull`],
    what: formatReference(withDefaultTag(reference)),
    ...(retries === undefined ? {} : { retries }),
    signal,
  }
}

function chooseManifest(top: Received, request: ResolveRequest): Descriptor {
  const index = decodeIndex(top.bytes, provenance(`the index of ${formatReference(request.reference)}`), top.mediaType)
  const chosen = selectManifest(index, request.platform)
  if (chosen !== undefined) return chosen
  const name = formatReference(withDefaultTag(request.reference))
  const there = platformsOf(index)
  throw new SlipwayError('platform-unavailable', `${name} is not there for ${formatPlatform(request.platform)}`, {
    notes: [there.length === 0 ? 'it has no images at all' : `it is there for ${there.join(', ')}`],
    hint: 'choose one of those with --platform',
  })
}

async function fetchConfig(
  session: Session,
  request: ResolveRequest,
  descriptor: Descriptor,
): Promise<ResolvedDocument<ImageConfig>> {
  if (descriptor.size > documentLimit) throw bad(request, `has a configuration of ${descriptor.size} bytes`)
  const chunks: Uint8Array[] = []
  for await (const chunk of fetchBlob(session, { ...request, hosts: [request.host], descriptor })) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const value = decodeImageConfig(bytes, provenance(`the configuration of ${formatReference(request.reference)}`))
  return { descriptor, bytes, value }
}

function mediaTypeOf(answer: HttpAnswer): string | undefined {
  return answer.header('content-type')?.split(';')[0]?.trim()
}

function describe({ bytes, digest, mediaType }: Received): Descriptor {
  return { mediaType, digest, size: bytes.length }
}

function provenance(what: string): Provenance {
  return { code: 'registry-bad-answer', what }
}

function bad({ reference }: Pick<ResolveRequest, 'reference'>, reason: string): SlipwayError {
  return new SlipwayError('registry-bad-answer', `${formatReference(withDefaultTag(reference))} ${reason}`)
}
