import { type Digest, digestOf, SlipwayError } from '../../core/index.ts'
import { decodeImageConfig, platformOfConfig } from '../../oci/index.ts'
import { type Members, readMember } from './archive-members.ts'
import { type ImportedImage, type ImportedLayer, tarOfLayer } from './imported-image.ts'

interface Entry {
  readonly config: string
  readonly names: readonly string[]
  readonly layers: readonly string[]
}

/**
 * The images that the `manifest.json` of `docker save` lists:
 * https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format
 */
export async function dockerImages(members: Members): Promise<readonly ImportedImage[]> {
  const images: ImportedImage[] = []
  for (const entry of decodeEntries(await readMember(members, 'manifest.json')))
    images.push(await dockerImage(members, entry))
  return images
}

async function dockerImage(members: Members, entry: Entry): Promise<ImportedImage> {
  const bytes = await readMember(members, entry.config)
  const value = decodeImageConfig(bytes, { code: 'bad-archive', what: entry.config })
  const diffIds = value.rootfs.diff_ids
  if (diffIds.length !== entry.layers.length) {
    throw new SlipwayError(
      'bad-archive',
      `manifest.json has ${entry.layers.length} layers, ${entry.config} has ${diffIds.length}`,
    )
  }
  return {
    names: entry.names,
    platform: platformOfConfig(value),
    config: { digest: digestOf(bytes), bytes, value },
    layers: entry.layers.map((name, index) => dockerLayer(members, name, diffIds[index] as Digest)),
  }
}

function dockerLayer(members: Members, name: string, diffId: Digest): ImportedLayer {
  return { diffId, openBlob: () => members.read(name), openTar: () => tarOfLayer(members.read(name), diffId) }
}

function decodeEntries(bytes: Uint8Array): readonly Entry[] {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new SlipwayError('bad-archive', 'manifest.json is not JSON', { cause })
  }
  if (!Array.isArray(value)) throw new SlipwayError('bad-archive', 'manifest.json is not a list of images')
  return value.map(decodeEntry)
}

function decodeEntry(value: unknown): Entry {
  const { Config, RepoTags, Layers } = (value ?? {}) as { Config?: unknown; RepoTags?: unknown; Layers?: unknown }
  if (typeof Config !== 'string' || !isStrings(Layers ?? []) || !isStrings(RepoTags ?? [])) {
    throw new SlipwayError('bad-archive', 'manifest.json has an entry without Config, or with wrong Layers or RepoTags')
  }
  return { config: Config, names: (RepoTags ?? []) as readonly string[], layers: (Layers ?? []) as readonly string[] }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
