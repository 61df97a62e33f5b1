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
}

/** As deep as other programs follow indexes inside indexes. */
const depthLimit = 5

/**
 * Reads all documents of a source, or those of some platforms: one gives its manifest alone, several a new index over them.
 * Rejects with `platform-unavailable`, naming those there are.
 */
export async function readTree(
  source: CopySource,
  { what, platforms }: { readonly what: string; readonly platforms?: readonly Platform[] },
): Promise<ImageTree> {
  const root = await chosenRoot(source, { what, platforms: platforms ?? [] })
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
  return { root: root.descriptor, manifests: [...manifests.values()], indexes: [...indexes.values()] }
}

/** The configuration and the layers of a manifest, each once. */
export function blobsOf({ config, layers }: Manifest): readonly Descriptor[] {
  return [...new Map([config, ...layers].map((blob) => [blob.digest, blob])).values()]
}

interface Choice {
  readonly what: string
  readonly platforms: readonly Platform[]
}

async function chosenRoot(source: CopySource, choice: Choice): Promise<TreeDocument> {
  const root = { descriptor: source.root, bytes: await source.document(source.root) }
  const { platforms, what } = choice
  if (platforms.length === 0) return root
  if (kindOf(source, root) !== 'index') {
    await checkPlatform(source, root, choice)
    return root
  }
  const index = decodeIndex(root.bytes, source.from, root.descriptor.mediaType)
  const chosen = platforms.map((platform) => chosenEntry(index, platform, what))
  const [only] = chosen
  if (only !== undefined && new Set(chosen.map((entry) => entry.digest)).size === 1)
    return { descriptor: only, bytes: await source.document(only) }
  return subset(index, chosen)
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
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(manifest.config)) chunks.push(chunk)
  const offered = platformOfConfig(decodeImageConfig(Buffer.concat(chunks), source.from))
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
