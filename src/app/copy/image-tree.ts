import { attestationTypes, indexEntry } from '../../attest/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import {
  assembleIndex,
  compatiblePlatforms,
  decodeImageConfig,
  decodeIndex,
  decodeManifest,
  decodeObject,
  type Descriptor,
  formatPlatform,
  type Index,
  isAttestation,
  isConfigMediaType,
  isLayerMediaType,
  type Manifest,
  manifestKind,
  mediaTypes,
  type Platform,
  platformMatches,
  platformOfConfig,
  platformsOf,
  selectManifest,
} from '../../oci/index.ts'
import type { CopySource } from './copy-source.ts'
import { wholeBlob } from './whole-blob.ts'

export interface TreeDocument {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

export interface TreeManifest extends TreeDocument {
  readonly value: Manifest
  /** Layers of files with a configuration; false for attestations and other artifacts. */
  readonly isImage: boolean
}

/** Manifests and indexes of a source that are to be copied; each once. */
export interface ImageTree {
  readonly root: Descriptor
  readonly manifests: readonly TreeManifest[]
  /** Those inside others first; the last one is the root where that is an index. */
  readonly indexes: readonly TreeDocument[]
  /** Statements about images among `manifests` that lie beside them: no index of the tree lists them. */
  readonly attestations: readonly TreeManifest[]
}

/** As deep as other programs follow indexes inside indexes. */
const depthLimit = 5

export interface TreeRequest {
  readonly what: string
  /** Absent: all there are. */
  readonly platforms?: readonly Platform[]
  /** Ask for attestations that lie beside the images, too. */
  readonly attested?: boolean
}

/**
 * Reads all documents of a source, or those of some platforms: one gives its manifest alone, several a new index over them.
 * Rejects with `platform-unavailable`, naming those there are.
 */
export async function readTree(source: CopySource, request: TreeRequest): Promise<ImageTree> {
  const { what, platforms = [], attested = false } = request
  const { siblings, ...root } = await chosenRoot(source, { what, platforms })
  const manifests = new Map<Digest, TreeManifest>()
  const indexes = new Map<Digest, TreeDocument>()
  const walk = async ({ descriptor, bytes }: TreeDocument, depth: number): Promise<void> => {
    if (depth > depthLimit) throw bad(source, `has indexes that go deeper than ${depthLimit} levels`)
    if (manifests.has(descriptor.digest) || indexes.has(descriptor.digest)) return
    if (kindOf(source, { descriptor, bytes }) !== 'index') {
      const value = decodeManifest(bytes, source.from, descriptor.mediaType)
      manifests.set(descriptor.digest, { descriptor, bytes, value, isImage: isImage(value) })
      return
    }
    for (const child of decodeIndex(bytes, source.from, descriptor.mediaType).manifests)
      await walk({ descriptor: child, bytes: await source.document(child) }, depth + 1)
    indexes.set(descriptor.digest, { descriptor, bytes })
  }
  await walk(root, 0)
  const tree = { root: root.descriptor, manifests: [...manifests.values()], indexes: [...indexes.values()] }
  return { ...tree, attestations: attested ? await attestationsOf(source, manifests, siblings) : [] }
}

/** The tree with its attestations in an index, as layouts hold them. */
export function withListedAttestations(source: CopySource, tree: ImageTree): ImageTree {
  if (tree.attestations.length === 0) return tree
  const { root, manifests, indexes, attestations } = tree
  const entries = attestations.flatMap(({ descriptor, value }) =>
    value.subject === undefined ? [] : [indexEntry(descriptor, value.subject.digest)],
  )
  const top = indexes.find(({ descriptor }) => descriptor.digest === root.digest)
  const known: Pick<Index, 'manifests' | 'annotations'> =
    top === undefined ? { manifests: [root] } : decodeIndex(top.bytes, source.from, root.mediaType)
  const { annotations } = known
  const index = assembleIndex({
    manifests: [...known.manifests, ...entries],
    family: 'oci',
    ...(annotations === undefined ? {} : { annotations }),
  })
  return {
    root: index.descriptor,
    manifests: [...manifests, ...attestations],
    indexes: [...indexes.filter((one) => one !== top), index],
    attestations: [],
  }
}

/** The configuration and the layers of a manifest, each once. */
export function blobsOf({ config, layers }: Manifest): readonly Descriptor[] {
  return [...new Map([config, ...layers].map((blob) => [blob.digest, blob])).values()]
}

async function attestationsOf(
  source: CopySource,
  manifests: ReadonlyMap<Digest, TreeManifest>,
  siblings: readonly Descriptor[],
): Promise<readonly TreeManifest[]> {
  const found = new Map<Digest, TreeManifest>()
  for (const { descriptor: image, isImage: hasFiles } of manifests.values()) {
    if (!hasFiles) continue
    const beside = (await source.referrers(image.digest)).filter(({ artifactType = '' }) =>
      attestationTypes.includes(artifactType),
    )
    for (const descriptor of [...siblings, ...beside]) {
      if (manifests.has(descriptor.digest) || found.has(descriptor.digest)) continue
      const bytes = await source.document(descriptor)
      const value = decodeManifest(bytes, source.from, descriptor.mediaType)
      if (value.subject?.digest !== image.digest) continue
      const { mediaType, digest, size } = descriptor
      const { artifactType = '' } = value
      found.set(digest, { descriptor: { mediaType, digest, size, artifactType }, bytes, value, isImage: false })
    }
  }
  return [...found.values()]
}

interface ChosenRoot extends TreeDocument {
  /** Statements of the source's index about what was chosen of it. */
  readonly siblings: readonly Descriptor[]
}

interface Choice {
  readonly what: string
  readonly platforms: readonly Platform[]
}

async function chosenRoot(source: CopySource, choice: Choice): Promise<ChosenRoot> {
  const root = { descriptor: source.root, bytes: await source.document(source.root), siblings: [] }
  const { platforms, what } = choice
  if (platforms.length === 0) return root
  if (kindOf(source, root) !== 'index') {
    await checkPlatform(source, root, choice)
    return root
  }
  const index = decodeIndex(root.bytes, source.from, root.descriptor.mediaType)
  const chosen = platforms.map((platform) => chosenEntry(index, platform, what))
  const [only] = chosen
  const digests = new Set(chosen.map((entry) => entry.digest))
  const siblings = index.manifests.filter((entry) => isAttestation(entry) && digests.has(subjectOf(entry)))
  if (only !== undefined && digests.size === 1)
    return { descriptor: only, bytes: await source.document(only), siblings }
  return { ...subset(index, [...chosen, ...siblings]), siblings: [] }
}

function subjectOf({ annotations }: Descriptor): Digest {
  return (annotations?.['vnd.docker.reference.digest'] ?? '') as Digest
}

function chosenEntry(index: Index, platform: Platform, what: string): Descriptor {
  const found = selectManifest(index, platform)
  if (found !== undefined) return found
  throw unavailable(what, platform, platformsOf(index))
}

function subset(index: Index, manifests: readonly Descriptor[]): TreeDocument {
  const family = index.mediaType === mediaTypes.dockerIndex ? 'docker' : 'oci'
  const { annotations } = index
  const { bytes, descriptor } = assembleIndex({
    manifests,
    family,
    ...(annotations === undefined ? {} : { annotations }),
  })
  return { bytes, descriptor }
}

/** A single manifest does not say for what it is; its configuration does. */
async function checkPlatform(source: CopySource, root: TreeDocument, { what, platforms }: Choice): Promise<void> {
  const manifest = decodeManifest(root.bytes, source.from, root.descriptor.mediaType)
  const offered = platformOfConfig(decodeImageConfig(await wholeBlob(source, manifest.config), source.from))
  const missing = platforms.find((wanted) => !compatiblePlatforms(wanted).some((one) => platformMatches(one, offered)))
  if (missing !== undefined) throw unavailable(what, missing, [formatPlatform(offered)])
}

function kindOf(source: CopySource, { bytes, descriptor }: TreeDocument): string {
  return manifestKind(decodeObject(bytes, source.from), descriptor.mediaType)
}

function isImage({ config, layers }: Manifest): boolean {
  return isConfigMediaType(config.mediaType) && layers.every((layer) => isLayerMediaType(layer.mediaType))
}

function unavailable(what: string, wanted: Platform, there: readonly string[]): SlipwayError {
  return new SlipwayError('platform-unavailable', `${what} is not there for ${formatPlatform(wanted)}`, {
    notes: [there.length === 0 ? 'it has no images at all' : `it is there for ${there.join(', ')}`],
    hint: 'choose one of those with --platform',
  })
}

function bad({ from }: CopySource, reason: string): SlipwayError {
  return new SlipwayError(from.code, `${from.what} ${reason}`)
}
