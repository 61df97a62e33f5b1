import { openImageSource, type ImportedImage, type ImportedLayer } from '../../adapters/exporters/index.ts'
import { sniffCompression } from '../../archive/index.ts'
import { digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import type { ImageAnswer } from '../../graph/index.ts'
import {
  chainId,
  type Descriptor,
  layerMediaType,
  type Platform,
  platformMatches,
  formatPlatform,
  compatiblePlatforms,
} from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { ContextPlace } from '../build/named-contexts.ts'
import type { Session } from '../session.ts'

/** An image of an OCI layout directory as a base: its blobs are copied into the store when it is first used. */
export async function importLayout(
  session: Session,
  place: ContextPlace,
  options: { readonly platform: Platform; readonly signal: AbortSignal },
): Promise<ImageAnswer> {
  const source = await openImageSource(place.directory ?? '', {
    scratch: session.scratch('layout'),
  })
  try {
    const image = chooseImage(source.images, place, options.platform)
    const layers = await storeLayers(session, image)
    const local = layers.map(({ id, diffId, content, size, blob }) => ({
      diffId,
      ...(blob === undefined ? {} : { blob }),
      local: { id, content, size },
    }))
    return {
      manifest: image.manifest?.descriptor.digest ?? digestOf(image.config.bytes),
      config: image.config.value,
      layers: local,
    }
  } finally {
    await source.close()
  }
}

/** Copies the blobs of an image into the store. They are unpacked when a step needs their files. */
export async function storeLayers(session: Session, image: ImportedImage): Promise<readonly LayerRef[]> {
  const bytes = image.layers.reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0)
  await session.room.make({ least: 0, likely: bytes })
  const layers: LayerRef[] = []
  const diffIds = image.layers.map((layer) => layer.diffId)
  for (const [index, layer] of image.layers.entries()) {
    const chain = chainId(diffIds.slice(0, index + 1)) ?? layer.diffId
    const blob = await storeBlob(session, layer)
    layers.push({ id: hexOf(chain), diffId: layer.diffId, content: layer.diffId, size: 0, blob })
  }
  return layers
}

async function storeBlob({ store }: Session, layer: ImportedLayer): Promise<Descriptor> {
  const { blob } = layer
  if (blob !== undefined) {
    await store.write(layer.openBlob(), { expected: blob.digest, expectedSize: blob.size })
    return blob
  }
  // Archives of `docker save` do not say how their layers are packed; some builders compress them.
  const { compression, chunks } = await sniffCompression(layer.openBlob())
  const form = compression === 'gzip' || compression === 'zstd' ? compression : 'uncompressed'
  return { mediaType: layerMediaType('oci', form), ...(await store.write(chunks)) }
}

function chooseImage(
  images: readonly ImportedImage[],
  { select, place }: ContextPlace,
  platform: Platform,
): ImportedImage {
  const named = select === undefined ? images : images.filter((image) => matches(image, select))
  for (const candidate of compatiblePlatforms(platform)) {
    const found = named.find((image) => platformMatches(candidate, image.platform))
    if (found !== undefined) return found
  }
  const has = images.map(
    (image) => `${image.names.join(' ') || image.config.digest} (${formatPlatform(image.platform)})`,
  )
  throw new SlipwayError(
    named.length === 0 ? 'image-not-found' : 'platform-unavailable',
    `${place} has no fitting image for ${formatPlatform(platform)}`,
    {
      notes: [`it has ${has.length === 0 ? 'none' : has.join(', ')}`],
    },
  )
}

function matches(image: ImportedImage, select: string): boolean {
  if (image.manifest?.descriptor.digest === select || image.config.digest === select) return true
  return image.names.some((name) => name === select || name.endsWith(`:${select}`))
}
