import { type Digest, SlipwayError } from '../../core/index.ts'
import {
  assembleIndex,
  assembleManifest,
  compressionOf,
  type Descriptor,
  type Document,
  decodeImageConfig,
  decodeManifest,
  formatPlatform,
  layerMediaType,
  type MediaTypeFamily,
  mediaTypes,
  type Platform,
  platformOfConfig,
} from '../../oci/index.ts'
import { digestOf } from '../../core/index.ts'
import { type Compressor, compressorFor } from './compress.ts'
import { compressedBlob, type LayerBlobs, type LayerTar, verified } from './compress-layer.ts'
import type { AnnotationOption } from './annotation-option.ts'
import type { CompressionOptions } from './compression-options.ts'
import type { ImageOptions } from './output-spec.ts'

type Bytes = AsyncIterable<Uint8Array>

/** A layer to be exported. */
export interface ExportLayer extends LayerTar {
  /** Bytes of the uncompressed tar. */
  readonly size: number
  /** A finished blob of this layer, as it was pulled; kept as it is unless compression is forced. */
  readonly blob?: { readonly descriptor: Descriptor; open(): Bytes }
}

export interface ExportImage {
  /** The configuration, as `assembleConfig` makes it. */
  readonly config: Uint8Array
  readonly layers: readonly ExportLayer[]
  /** The manifest that the image came with; see `keepManifests`. */
  readonly manifest?: { readonly mediaType: string; readonly bytes: Uint8Array }
}

export interface PreparedBlob {
  readonly descriptor: Descriptor
  open(): Bytes
}

/** One platform, ready to be written or pushed: all digests are known. */
export interface PreparedImage {
  readonly platform: Platform
  readonly manifest: Document
  readonly config: PreparedBlob
  /** Lowest first; the same blob may stand more than once. */
  readonly layers: readonly PreparedBlob[]
}

/** One or several platforms under one descriptor. */
export interface PreparedExport {
  /** The manifest, or the index over the manifests of several platforms. */
  readonly root: Descriptor
  readonly images: readonly PreparedImage[]
  readonly index?: Document
  /** What the index lists besides images. */
  readonly artifacts?: readonly PreparedArtifact[]
}

/** A manifest that is no image, with the entry that an index has for it. */
export interface PreparedArtifact {
  readonly entry: Descriptor
  readonly manifest: Document
  readonly blobs: readonly PreparedBlob[]
}

export interface PrepareOptions {
  readonly options: ImageOptions
  /** The family unless the options name one. */
  readonly family: MediaTypeFamily
  readonly blobs: LayerBlobs
  /** Layers compressed at the same time; 2 when absent. */
  readonly parallel?: number
  /** Keeps a single image inside an index (`BUILDKIT_MULTI_PLATFORM`). */
  readonly forceIndex?: boolean
  /** Images that came with a manifest, and whose layers are still those blobs, keep it to the byte. */
  readonly keepManifests?: boolean
  /** Diff ids of layers that are described uncompressed, because their blobs will not be read. */
  readonly held?: ReadonlySet<Digest>
  /** Told each layer as soon as its blob is there. */
  readonly onLayer?: (blob: PreparedBlob) => void
}

/** Compresses what has no blob in the wanted form yet and makes the manifests. Rejects with what `openTar` rejects with. */
export async function prepareExport(images: readonly ExportImage[], how: PrepareOptions): Promise<PreparedExport> {
  const family = how.options.ociMediaTypes === undefined ? how.family : how.options.ociMediaTypes ? 'oci' : 'docker'
  const prepared: PreparedImage[] = []
  for (const image of images) prepared.push(await prepareImage(image, family, how))
  const [only] = prepared
  if (only === undefined) throw new SlipwayError('internal', 'there is no image to export')
  if (prepared.length === 1 && how.forceIndex !== true)
    return { root: described(only, how.options.annotations), images: prepared }
  const manifests = prepared.map((image) => described(image, how.options.annotations))
  const index = assembleIndex({ manifests, family, annotations: annotationsFor(how.options.annotations, 'index') })
  const annotations = annotationsFor(how.options.annotations, 'index-descriptor')
  return { root: withAnnotations(index.descriptor, annotations), images: prepared, index }
}

/** Layers of no particular image, in their order, each in the wanted form. Rejects with what `openTar` rejects with. */
export async function prepareLayers(
  layers: readonly ExportLayer[],
  how: Pick<PrepareOptions, 'blobs' | 'parallel'> & {
    readonly compression: CompressionOptions
    readonly family: MediaTypeFamily
  },
): Promise<readonly PreparedBlob[]> {
  const { compression, family } = how
  const compressor = compressorFor(compression.compression, compression.compressionLevel)
  const options = { ...compression, names: [], annotations: [] }
  return inParallel(layers, how.parallel ?? 2, (layer) => prepareLayer(layer, family, { ...how, options, compressor }))
}

async function prepareImage(image: ExportImage, family: MediaTypeFamily, how: PrepareOptions): Promise<PreparedImage> {
  const platform = platformOfConfig(
    decodeImageConfig(image.config, { code: 'bad-archive', what: 'the configuration to export' }),
  )
  const compressor = compressorFor(how.options.compression, how.options.compressionLevel)
  const layers = await inParallel(image.layers, how.parallel ?? 2, async (layer) => {
    const prepared = await prepareLayer(layer, family, { ...how, compressor })
    how.onLayer?.(prepared)
    return prepared
  })
  const annotations = annotationsFor(how.options.annotations, 'manifest', platform)
  const isAsItCame = how.options.ociMediaTypes === undefined && Object.keys(annotations).length === 0
  const kept = how.keepManifests === true && isAsItCame ? keptManifest(image, layers) : undefined
  const config = kept?.config ?? {
    mediaType: mediaTypes.ociConfig,
    digest: digestOf(image.config),
    size: image.config.length,
  }
  const blob = { descriptor: config, open: () => once(image.config) }
  if (kept !== undefined) return { platform, manifest: kept.manifest, layers, config: blob }
  const manifest = assembleManifest({
    config,
    layers: layers.map((layer) => layer.descriptor),
    family,
    annotations,
  })
  return { platform, manifest, layers, config: blob }
}

function keptManifest(
  { manifest, config }: ExportImage,
  layers: readonly PreparedBlob[],
): { readonly manifest: Document; readonly config: Descriptor } | undefined {
  if (manifest === undefined) return undefined
  const { bytes, mediaType } = manifest
  const value = decodeManifest(bytes, { code: 'bad-archive', what: 'the manifest to export' }, mediaType)
  const isSame = (blob: Descriptor, index: number): boolean => blob.digest === layers[index]?.descriptor.digest
  if (value.layers.length !== layers.length || !value.layers.every(isSame)) return undefined
  if (value.config.digest !== digestOf(config)) return undefined
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
  return { manifest: { bytes, descriptor }, config: value.config }
}

async function prepareLayer(
  layer: ExportLayer,
  family: MediaTypeFamily,
  how: PrepareOptions & { readonly compressor: Compressor | undefined },
): Promise<PreparedBlob> {
  if (how.held?.has(layer.diffId) === true) return uncompressed(layer, family)
  const { blob } = layer
  const { compression, forceCompression } = how.options
  if (blob !== undefined && (!forceCompression || compressionOf(blob.descriptor.mediaType) === compression)) return blob
  if (how.compressor === undefined) return uncompressed(layer, family)
  const mediaType = layerMediaType(family, compression)
  const stored = await compressedBlob(layer, how.blobs, { compressor: how.compressor, mediaType })
  return { descriptor: { ...stored, mediaType }, open: () => how.blobs.read(stored.digest) }
}

function uncompressed(layer: ExportLayer, family: MediaTypeFamily): PreparedBlob {
  const mediaType = layerMediaType(family, 'uncompressed')
  return { descriptor: { mediaType, digest: layer.diffId, size: layer.size }, open: () => verified(layer) }
}

function described(image: PreparedImage, options: readonly AnnotationOption[]): Descriptor {
  const annotations = annotationsFor(options, 'manifest-descriptor', image.platform)
  return withAnnotations({ ...image.manifest.descriptor, platform: image.platform }, annotations)
}

function annotationsFor(
  options: readonly AnnotationOption[],
  place: AnnotationOption['place'],
  platform?: Platform,
): Readonly<Record<string, string>> {
  const name = platform === undefined ? undefined : formatPlatform(platform)
  const fitting = options.filter(
    (option) => option.place === place && (option.platform === undefined || option.platform === name),
  )
  return Object.fromEntries(fitting.map(({ key, value }) => [key, value]))
}

function withAnnotations(descriptor: Descriptor, annotations: Readonly<Record<string, string>>): Descriptor {
  return Object.keys(annotations).length === 0 ? descriptor : { ...descriptor, annotations }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

async function inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next
      next += 1
      results[index] = await work(items[index] as T)
    }
  }
  const done = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker))
  for (const result of done) if (result.status === 'rejected') throw result.reason
  return results
}
