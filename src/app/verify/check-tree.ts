import { attestationTypes } from '../../attest/index.ts'
import type { Digest } from '../../core/index.ts'
import {
  decodeIndex,
  decodeManifest,
  decodeObject,
  type Descriptor,
  formatPlatform,
  isAttestation,
  type Manifest,
  manifestKind,
  normalizePlatform,
  type Platform,
  platformMatches,
} from '../../oci/index.ts'
import { type Attestation, checkAttestation, type FoundStatement } from './check-attestation.ts'
import { checkImage, type CheckedImage, count } from './check-image.ts'
import { readChecked, reasonOf, type Reading } from './reading.ts'

/** What could be read of a name, whatever is wrong with it. */
export interface CheckedTree {
  readonly images: readonly CheckedImage[]
  readonly statements: readonly FoundStatement[]
}

interface Walk {
  readonly reading: Reading
  readonly platforms: readonly Platform[]
  readonly images: CheckedImage[]
  /** Where each image is, for people, also of those whose configuration is lost. */
  readonly places: Map<Digest, string>
  readonly attestations: Map<Digest, Attestation>
}

const depthLimit = 5
const madeWrong = 'build it again: it was made wrong'

/** Reads everything below a root, and the attestations beside its images. */
export async function checkTree(
  reading: Reading,
  root: Descriptor,
  platforms: readonly Platform[],
): Promise<CheckedTree> {
  const walk: Walk = { reading, platforms, images: [], places: new Map(), attestations: new Map() }
  await visit(walk, root, 0)
  await findBeside(walk)
  const statements: FoundStatement[] = []
  for (const attestation of walk.attestations.values())
    statements.push(...(await checkAttestation(reading, attestation, walk.places)))
  return { images: walk.images, statements }
}

async function visit(walk: Walk, descriptor: Descriptor, depth: number): Promise<void> {
  const { reading } = walk
  if (walk.places.has(descriptor.digest) || walk.attestations.has(descriptor.digest)) return
  const what = isIndex(descriptor) ? 'index' : isAttestation(descriptor) ? 'attestation' : 'manifest'
  const about = { what, place: placeOf(descriptor), digest: descriptor.digest } as const
  const fail = (says: string, hint = madeWrong): void => reading.add({ ...about, ok: false, says, hint })
  const bytes = await readChecked(reading, descriptor, { ...about, by: 'document' })
  if (bytes === undefined) return
  try {
    const document = decodeObject(bytes, from)
    const said = document['mediaType']
    if (typeof said === 'string' && said !== descriptor.mediaType)
      return fail(`says it is ${said}, its descriptor says ${descriptor.mediaType}`)
    if (manifestKind(document, descriptor.mediaType) === 'index') {
      if (depth === depthLimit) return fail(`lies ${depth} indexes deep`)
      return await visitIndex(walk, { descriptor, bytes, depth })
    }
    const manifest = decodeManifest(bytes, from, descriptor.mediaType)
    if (isAttestation(descriptor) || manifest.artifactType !== undefined) {
      const announced = descriptor.annotations?.['vnd.docker.reference.digest'] as Digest | undefined
      walk.attestations.set(descriptor.digest, { descriptor, manifest, announced })
      return
    }
    await visitImage(walk, manifest, { descriptor, bytes })
  } catch (error) {
    fail(reasonOf(error))
  }
}

const from = { code: 'bad-archive', what: 'it' } as const

interface Document {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

async function visitIndex(
  walk: Walk,
  { descriptor, bytes, depth }: Document & { readonly depth: number },
): Promise<void> {
  const { manifests } = decodeIndex(bytes, from, descriptor.mediaType)
  const images = manifests.filter((entry) => !isAttestation(entry))
  walk.reading.add({
    what: 'index',
    place: 'image',
    digest: descriptor.digest,
    ok: true,
    says: `${count(images.length, 'image')}, ${count(manifests.length - images.length, 'attestation')}`,
  })
  const wanted = images.filter((entry) => isWanted(walk, entry))
  const digests = new Set<string>(wanted.map(({ digest }) => digest))
  for (const entry of wanted) await visit(walk, entry, depth + 1)
  for (const entry of manifests) {
    const subject = entry.annotations?.['vnd.docker.reference.digest']
    const isOfOther = walk.platforms.length > 0 && subject !== undefined && !digests.has(subject)
    if (isAttestation(entry) && !isOfOther) await visit(walk, entry, depth + 1)
  }
}

function isWanted({ platforms }: Walk, { platform }: Descriptor): boolean {
  if (platforms.length === 0 || platform === undefined) return true
  const offered = normalizePlatform(platform)
  return platforms.some((wanted) => platformMatches(wanted, offered))
}

async function visitImage(walk: Walk, manifest: Manifest, document: Document): Promise<void> {
  const { digest } = document.descriptor
  walk.places.set(digest, placeOf(document.descriptor))
  const image = await checkImage(walk.reading, manifest, document)
  if (image === undefined) return
  walk.images.push(image)
  walk.places.set(digest, image.place)
}

async function findBeside(walk: Walk): Promise<void> {
  const { reading, places, attestations } = walk
  for (const [subject, place] of places) {
    const about = { what: 'attestation', place } as const
    const listed = await reading.source.referrers(subject).catch((error: unknown) => {
      reading.add({
        ...about,
        ok: false,
        says: `attestations cannot be listed: ${reasonOf(error)}`,
        hint: reading.remedy,
      })
      return []
    })
    for (const descriptor of listed.filter(({ artifactType = '' }) => attestationTypes.includes(artifactType))) {
      if (attestations.has(descriptor.digest)) continue
      const bytes = await readChecked(reading, descriptor, { ...about, by: 'document' })
      if (bytes === undefined) continue
      try {
        const manifest = decodeManifest(bytes, from, descriptor.mediaType)
        attestations.set(descriptor.digest, { descriptor, manifest, announced: subject })
      } catch (error) {
        reading.add({ ...about, digest: descriptor.digest, ok: false, says: reasonOf(error), hint: madeWrong })
      }
    }
  }
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType.includes('index') || mediaType.includes('manifest.list')
}

function placeOf({ platform }: Descriptor): string {
  return platform === undefined ? 'image' : formatPlatform(normalizePlatform(platform))
}
