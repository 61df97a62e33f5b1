import { createHash } from 'node:crypto'
import { type Digest, digestFromHex, SlipwayError } from '../../core/index.ts'
import { type Descriptor, layerMediaType } from '../../oci/index.ts'
import { type Compressor, compressorFor } from './compress.ts'
import type { ImageOptions } from './output-spec.ts'

type Bytes = AsyncIterable<Uint8Array>

/** The uncompressed tar of a layer, from its start; may be read more than once. */
export interface LayerTar {
  readonly diffId: Digest
  openTar(): Bytes
}

/** Where compressed layers are kept. The blob store fits as it is. */
export interface LayerBlobs {
  read(digest: Digest): Bytes
  write(bytes: Bytes): Promise<{ readonly digest: Digest; readonly size: number }>
  readonly diffBlobs: {
    find(diffId: Digest, form: string): Promise<Descriptor | undefined>
    put(diffId: Digest, form: string, blob: Descriptor): Promise<void>
  }
}

/**
 * Puts the blob of a layer into the store, in the form that an output wants, unless it is there; `processors` is asked
 * before each block how many may be compressed at the same time. Whoever wants the same blob meanwhile waits for this one.
 */
export async function compressLayer(
  layer: LayerTar,
  blobs: LayerBlobs,
  { compression, compressionLevel, processors }: Compressing,
): Promise<void> {
  const compressor = compressorFor(compression, compressionLevel)
  if (compressor === undefined) return
  await compressedBlob(layer, blobs, { compressor, mediaType: layerMediaType('oci', compression), processors })
}

export interface Compressing extends Pick<ImageOptions, 'compression' | 'compressionLevel'> {
  readonly processors: () => number
}

interface Making {
  readonly compressor: Compressor
  readonly mediaType: string
  readonly processors?: () => number
}

/** Blobs that are being made, by the store that they are for. */
const underway = new WeakMap<LayerBlobs['diffBlobs'], Map<string, Promise<Descriptor>>>()

/** The blob of a layer, as the store knows it or made now. */
export function compressedBlob(layer: LayerTar, blobs: LayerBlobs, making: Making): Promise<Descriptor> {
  const here = underway.get(blobs.diffBlobs) ?? new Map<string, Promise<Descriptor>>()
  underway.set(blobs.diffBlobs, here)
  const key = `${layer.diffId} ${making.compressor.form}`
  const known = here.get(key)
  if (known !== undefined) return known
  const made = knownOrMade(layer, blobs, making).finally(() => here.delete(key))
  here.set(key, made)
  return made
}

async function knownOrMade(
  layer: LayerTar,
  blobs: LayerBlobs,
  { compressor, mediaType, processors }: Making,
): Promise<Descriptor> {
  const { form, compress } = compressor
  const known = await blobs.diffBlobs.find(layer.diffId, form)
  if (known !== undefined) return known
  const made = { mediaType, ...(await blobs.write(compress(verified(layer), processors))) }
  await blobs.diffBlobs.put(layer.diffId, form, made)
  return made
}

/** The tar of a layer; rejects at its end when it is not what the diff id names, so that nothing wrong is ever finished. */
export async function* verified(layer: LayerTar): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  for await (const chunk of layer.openTar()) {
    hash.update(chunk)
    yield chunk
  }
  const digest = digestFromHex(hash.digest('hex'))
  if (digest !== layer.diffId)
    throw new SlipwayError('store-unusable', `the layer ${layer.diffId} reads as ${digest}`, {
      hint: 'build again with --no-cache',
    })
}
