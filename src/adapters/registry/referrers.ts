import { type Digest, digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import {
  assembleIndex,
  decodeIndex,
  decodeManifest,
  type Descriptor,
  formatReference,
  type Provenance,
  type Reference,
} from '../../oci/index.ts'
import { nextPage } from './next-page.ts'
import { putManifest, type PushImage, pushManifest } from './push-image.ts'
import type { PushTarget } from './push-target.ts'
import type { RegistryHost } from './registry-host.ts'
import { resolveDocument } from './resolve-image.ts'
import type { Session } from './session.ts'

export interface ReferrersRequest {
  readonly reference: Reference
  readonly host: RegistryHost
  readonly retries?: number
  readonly signal?: AbortSignal | undefined
}

const answerLimit = 8 << 20
const pagesLimit = 100
/** Answers of registries that do not have the referrers API; 404 by the spec, the others are seen. */
const without = [400, 404, 405, 406, 501]

/**
 * What refers to a manifest as its subject, of one artifact type where that is given (distribution spec 1.1, "Listing
 * Referrers"). Where the registry lacks the API, the index under the tag `sha256-HEX` says it.
 */
export async function listReferrers(
  session: Session,
  request: ReferrersRequest,
  { subject, artifactType }: { readonly subject: Digest; readonly artifactType?: string | undefined },
): Promise<readonly Descriptor[]> {
  const { repository } = request.reference
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`
  const found: Descriptor[] = []
  let to: string | URL | undefined = `/${repository}/referrers/${subject}${query}`
  for (let page = 0; page < pagesLimit && to !== undefined; page += 1) {
    const answer: Page | undefined = await readPage(session, request, to)
    if (answer === undefined) return wanted(await listTagged(session, request, subject), artifactType)
    found.push(...answer.manifests)
    to = answer.next
  }
  // Registries need not filter.
  return wanted(found, artifactType)
}

interface Page {
  readonly manifests: readonly Descriptor[]
  readonly next: URL | undefined
}

/** Undefined when the registry does not have the API. */
async function readPage(session: Session, request: ReferrersRequest, to: string | URL): Promise<Page | undefined> {
  const { reference, ...how } = request
  const { answer, bytes } = await session.read(
    {
      ...how,
      method: 'GET',
      to,
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      registry: reference.registry,
      repository: reference.repository,
      scope: [`repository:${reference.repository}:pull`],
      what: `the referrers of ${formatReference(reference)}`,
      accept: (status) => status === 200 || without.includes(status),
    },
    answerLimit,
  )
  if (answer.status !== 200) return undefined
  const { manifests } = decodeIndex(bytes, provenance(reference))
  return { manifests, next: nextPage(answer.header('link'), answer.url) }
}

/** What the index under the tag of a subject lists. */
async function listTagged(
  session: Session,
  request: ReferrersRequest,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const reference = tagged(request.reference, subject)
  try {
    const { bytes } = await resolveDocument(session, { ...request, reference }, undefined)
    return decodeIndex(bytes, provenance(reference)).manifests
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'image-not-found') return []
    throw error
  }
}

/**
 * Stores a manifest that names a subject; its blobs have to be there. A registry that lists it by itself says so with
 * `OCI-Subject`; for any other the index under the tag of the subject is extended.
 */
export async function pushReferrer(
  session: Session,
  target: PushTarget,
  manifest: PushImage['manifest'],
): Promise<Descriptor> {
  const { subject, artifactType, annotations, config } = decodeManifest(manifest.bytes, provenance(target.reference))
  if (subject === undefined) throw new SlipwayError('internal', 'a referrer without a subject')
  const reference = { ...repositoryOf(target.reference), digest: digestOf(manifest.bytes) }
  const { descriptor, answer } = await putManifest(session, { ...target, reference }, manifest)
  if (answer.header('oci-subject') !== undefined) return descriptor
  const listed = { ...descriptor, artifactType: artifactType ?? config.mediaType }
  await addToTag(session, target, {
    subject: subject.digest,
    listed: annotations === undefined ? listed : { ...listed, annotations },
  })
  return descriptor
}

/** Tries of two writers to see each other's entries: the index is read, extended and written without a lock. */
const rounds = 3

async function addToTag(
  session: Session,
  target: PushTarget,
  { subject, listed }: { readonly subject: Digest; readonly listed: Descriptor },
): Promise<void> {
  const reference = tagged(target.reference, subject)
  for (let round = 0; round < rounds; round += 1) {
    const present = await listTagged(session, target, subject)
    if (present.some(({ digest }) => digest === listed.digest)) return
    const { bytes, descriptor } = assembleIndex({ manifests: [...present, listed], family: 'oci' })
    await pushManifest(session, { ...target, reference }, { mediaType: descriptor.mediaType, bytes })
  }
}

function tagged(reference: Reference, subject: Digest): Reference {
  return { ...repositoryOf(reference), tag: `sha256-${hexOf(subject)}` }
}

function repositoryOf({ tag: _tag, digest: _digest, ...name }: Reference): Reference {
  return name
}

function wanted(found: readonly Descriptor[], artifactType: string | undefined): readonly Descriptor[] {
  return artifactType === undefined ? found : found.filter((descriptor) => descriptor.artifactType === artifactType)
}

function provenance(reference: Reference): Provenance {
  return { code: 'registry-bad-answer', what: `the list of referrers of ${formatReference(reference)}` }
}
