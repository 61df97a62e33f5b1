import { type Digest, digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import {
  type Descriptor,
  decodeImageConfig,
  decodeIndex,
  decodeManifest,
  isAttestation,
  isIndexMediaType,
  isLayerMediaType,
  isManifestMediaType,
  platformOfConfig,
} from '../../oci/index.ts'
import { type Members, type MembersOptions, openMembers, readMember } from './archive-members.ts'
import { dockerImages } from './docker-archive.ts'
import { checked, type ImportedImage, type ImportedLayer, tarOfLayer } from './imported-image.ts'

export interface ImageSource {
  /** All images, in the order of the source; several platforms of one name are several images. */
  readonly images: readonly ImportedImage[]
  close(): Promise<void>
}

const from = (what: string) => ({ code: 'bad-archive', what }) as const

/**
 * Opens an OCI layout (directory or tar) or an archive of `docker save`, old or new, plain or compressed. What is read is
 * checked against its digests. Rejects with `bad-archive` for anything else; layers are read only when they are opened.
 */
export async function openImageSource(
  source: string | AsyncIterable<Uint8Array>,
  options: MembersOptions,
): Promise<ImageSource> {
  const members = await openMembers(source, options)
  try {
    return { images: await readImages(members), close: () => members.close() }
  } catch (error) {
    await members.close()
    throw error
  }
}

async function readImages(members: Members): Promise<readonly ImportedImage[]> {
  // Docker writes both; its index.json has no names of images before version 25, manifest.json has them always.
  const docker = (await members.size('manifest.json')) === undefined ? undefined : await dockerImages(members)
  if ((await members.size('index.json')) === undefined) {
    if (docker === undefined)
      throw new SlipwayError(
        'bad-archive',
        'the archive has neither index.json nor manifest.json, so it holds no image',
      )
    return docker
  }
  return (await layoutImages(members)).map((image) => {
    const twin = docker?.find((other) => other.config.digest === image.config.digest)
    return twin === undefined || twin.names.length === 0 ? image : { ...image, names: twin.names }
  })
}

async function layoutImages(members: Members): Promise<readonly ImportedImage[]> {
  const index = decodeIndex(await readMember(members, 'index.json'), from('index.json'))
  const byManifest = new Map<Digest, ImportedImage>()
  for (const entry of index.manifests) {
    for (const descriptor of await manifestsBelow(members, entry, 0)) {
      const known = byManifest.get(descriptor.digest) ?? (await layoutImage(members, descriptor))
      if (known === undefined) continue
      byManifest.set(descriptor.digest, { ...known, names: [...new Set([...known.names, ...namesOf(entry)])] })
    }
  }
  return [...byManifest.values()]
}

async function manifestsBelow(members: Members, entry: Descriptor, depth: number): Promise<readonly Descriptor[]> {
  if (isAttestation(entry)) return []
  if (isManifestMediaType(entry.mediaType)) return [entry]
  if (!isIndexMediaType(entry.mediaType)) return []
  if (depth > 4) throw new SlipwayError('bad-archive', `the indexes of ${entry.digest} go deeper than 5 levels`)
  const index = decodeIndex(await readBlob(members, entry), from(`index ${entry.digest}`), entry.mediaType)
  const nested: Descriptor[] = []
  for (const manifest of index.manifests) nested.push(...(await manifestsBelow(members, manifest, depth + 1)))
  return nested
}

/** Undefined when a layout lists a manifest that it does not hold, as partial copies do, or one of something else. */
async function layoutImage(members: Members, descriptor: Descriptor): Promise<ImportedImage | undefined> {
  if ((await members.size(blobName(descriptor.digest))) === undefined) return undefined
  const bytes = await readBlob(members, descriptor)
  const value = decodeManifest(bytes, from(`manifest ${descriptor.digest}`), descriptor.mediaType)
  if (!value.layers.every((layer) => isLayerMediaType(layer.mediaType))) return undefined
  const configBytes = await readBlob(members, value.config)
  const config = decodeImageConfig(configBytes, from(`configuration ${value.config.digest}`))
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== value.layers.length) {
    throw new SlipwayError(
      'bad-archive',
      `manifest ${descriptor.digest} has ${value.layers.length} layers, its configuration ${diffIds.length}`,
    )
  }
  return {
    names: [],
    platform: platformOfConfig(config),
    config: { digest: value.config.digest, bytes: configBytes, value: config },
    manifest: {
      descriptor: { mediaType: value.mediaType, digest: descriptor.digest, size: descriptor.size },
      bytes,
      value,
    },
    layers: value.layers.map((blob, index) => layoutLayer(members, blob, diffIds[index] as Digest)),
  }
}

function layoutLayer(members: Members, blob: Descriptor, diffId: Digest): ImportedLayer {
  const openBlob = (): AsyncIterable<Uint8Array> =>
    checked(members.read(blobName(blob.digest)), blob.digest, `layer ${blob.digest}`)
  return { diffId, blob, openBlob, openTar: () => tarOfLayer(openBlob(), diffId) }
}

async function readBlob(members: Members, descriptor: Descriptor): Promise<Uint8Array> {
  const bytes = await readMember(members, blobName(descriptor.digest))
  if (digestOf(bytes) !== descriptor.digest)
    throw new SlipwayError('bad-archive', `blob ${descriptor.digest} has the content ${digestOf(bytes)}`)
  return bytes
}

function namesOf(entry: Descriptor): readonly string[] {
  const name =
    entry.annotations?.['io.containerd.image.name'] ?? entry.annotations?.['org.opencontainers.image.ref.name']
  return name === undefined ? [] : [name]
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`
}
