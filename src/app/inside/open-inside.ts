import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { type ImageBlame, type ImageInside, imageInside, type InsideLayer } from '../../analysis/index.ts'
import { type Digest, digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import {
  chainId,
  decodeImageConfig,
  type ImageConfig,
  isIndexMediaType,
  type Platform,
  platformOfConfig,
} from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { attachedBlame } from '../blame/attached-blame.ts'
import { keptBlame } from '../blame/kept-blame.ts'
import { internalStep } from '../build/internal-step.ts'
import { machinePlatform } from '../build/plan-request.ts'
import { barePlace, placeName } from '../copy/copy-image.ts'
import type { CopySource } from '../copy/copy-source.ts'
import { readTree } from '../copy/image-tree.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace, type Place } from '../copy/place.ts'
import { wholeBlob } from '../copy/whole-blob.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { layerTransferSize } from '../images/layer-sizes.ts'
import type { Session } from '../session.ts'
import { storedContent } from '../trees/layer-files.ts'

export interface OpenInside {
  /** Absent: that of this machine, else whichever there is. */
  readonly platform?: Platform
  readonly cwd: string
  readonly signal: AbortSignal
  /** Compress layers of the store that never were, so that all have their size of transfer. */
  readonly compressed?: boolean
}

/**
 * Opens an image for analysis: one of the store, or `docker://NAME`, `oci:DIRECTORY`, `oci-archive:FILE`,
 * `docker-archive:FILE`, or a bare name that only a registry knows. Its layers are in the store then, unpacked; an image from
 * elsewhere gets neither a record nor a name, so a prune removes it. Rejects as `openSource` does.
 */
export async function openInside(session: Session, text: string, options: OpenInside): Promise<ImageInside> {
  const place = parsePlace(text, options.cwd) ?? (await barePlace(session, text))
  if (place.kind === 'store') {
    const image = await chosenImage(session, place.name, options.platform)
    return withBlame(session, await openStoredImage(session, image, { ...options, name: text }), options)
  }
  return withBlame(session, await openElsewhere(session, place, { ...options, name: text }), options)
}

/** An image that was built elsewhere may carry what its builder knew. */
async function withBlame(session: Session, inside: ImageInside, { cwd, signal }: OpenInside): Promise<ImageInside> {
  if (inside.blame !== undefined) return inside
  const { name, id, platform, config, layers } = inside
  const blame = keptBlame(session.root, id) ?? (await attachedBlame(session, name, { platform, cwd, signal }))
  return blame === undefined ? inside : imageInside({ name, id, platform, config, layers, blame })
}

/** The same for an image of the store. */
export async function openStoredImage(
  session: Session,
  image: ListedImage,
  how: Pick<OpenInside, 'signal' | 'compressed'> & { readonly name: string },
): Promise<ImageInside> {
  const config = await session.store.images.config(image.id)
  const blame = keptBlame(session.root, image.id)
  return openMade(session, { ...image, config, ...(blame === undefined ? {} : { blame }) }, how)
}

/** An image that the store may have no record of yet. */
export interface MadeImage {
  readonly id: Digest
  readonly platform: Platform
  readonly config: ImageConfig
  readonly layers: readonly LayerRef[]
  readonly origins: ListedImage['origins']
  readonly blame?: ImageBlame
}

/** The same for an image that a build has made. Layers that are not here are fetched. */
export async function openMade(
  session: Session,
  { id, platform, config, layers, origins, blame }: MadeImage,
  { name, signal, compressed = false }: Pick<OpenInside, 'signal' | 'compressed'> & { readonly name: string },
): Promise<ImageInside> {
  await fetchLayers(session, layers, signal)
  if (compressed) {
    const { compressLayers } = await import('../images/compress-layers.ts')
    await compressLayers(session, layers)
  }
  const described = await describeLayers(session, { config, layers, origins })
  return imageInside({ name, id, platform, config, layers: described, ...(blame === undefined ? {} : { blame }) })
}

async function openElsewhere(
  session: Session,
  place: Place,
  { platform, signal, name }: OpenInside & { readonly name: string },
): Promise<ImageInside> {
  const source = await openSource(session, place, signal)
  try {
    const wanted = platform ?? (isIndexMediaType(source.root.mediaType) ? machinePlatform() : undefined)
    const tree = await readTree(source, {
      what: placeName(place),
      ...(wanted === undefined ? {} : { platforms: [wanted] }),
    })
    const manifest = tree.manifests.find(({ isImage }) => isImage)
    if (manifest === undefined) throw new SlipwayError('unsupported', `${source.from.what} is no image of files`)
    const bytes = await wholeBlob(source, manifest.value.config)
    const config = decodeImageConfig(bytes, source.from)
    const layers = layerRefs(config, manifest.value.layers)
    await storeBlobs(session, source, layers)
    await fetchLayers(session, layers, signal)
    const described = await describeLayers(session, { config, layers, origins: [] })
    return imageInside({ name, id: digestOf(bytes), platform: platformOfConfig(config), config, layers: described })
  } finally {
    await source.close()
  }
}

function layerRefs(config: ImageConfig, blobs: readonly NonNullable<LayerRef['blob']>[]): readonly LayerRef[] {
  const ids = config.rootfs.diff_ids
  return blobs.map((blob, index) => {
    const diffId = ids[index] ?? blob.digest
    const chain = chainId(ids.slice(0, index + 1)) ?? diffId
    return { id: hexOf(chain), diffId, content: diffId, size: 0, blob }
  })
}

async function storeBlobs(
  { store, layers: kept, room }: Session,
  source: CopySource,
  layers: readonly LayerRef[],
): Promise<void> {
  for (const { id, blob } of layers) {
    if (blob === undefined || kept.has(id) || (await store.has(blob.digest, blob.size))) continue
    await room.make({ least: blob.size, likely: blob.size * 3 })
    await store.write(source.blob(blob), { expected: blob.digest, expectedSize: blob.size })
  }
}

/** Bases that no build has needed are blobs, or not even that. */
async function fetchLayers(session: Session, layers: readonly LayerRef[], signal: AbortSignal): Promise<void> {
  if (layers.every(({ id }) => session.layers.has(id))) return
  await internalStep(session, 'unpacking layers', (progress) => session.engine.prepare(layers, progress, signal))
}

interface Described {
  readonly config: ImageConfig
  readonly layers: readonly LayerRef[]
  readonly origins: ListedImage['origins']
}

/** Layers with the lines of the history that has made them; a history that does not fit says nothing. */
async function describeLayers(
  session: Session,
  { config, layers, origins }: Described,
): Promise<readonly InsideLayer[]> {
  const making = layerMakers(config, origins, layers.length)
  const described: InsideLayer[] = []
  for (const [index, layer] of layers.entries()) {
    const { instruction = '', origin } = making[index] ?? {}
    const transfer = await layerTransferSize(session, layer)
    described.push(describeLayer(session, layer, { instruction, origin, transfer }))
  }
  return described
}

/** The lines that made layers, lowest first; empty when the history does not fit. */
export function layerMakers(
  { history }: Pick<ImageConfig, 'history'>,
  origins: ListedImage['origins'],
  layers: number,
): readonly Omit<Making, 'transfer'>[] {
  const making = history.flatMap((entry, index) =>
    entry.empty_layer === true ? [] : [{ instruction: entry.created_by ?? '', origin: origins[index] ?? undefined }],
  )
  return making.length === layers ? making : []
}

interface Making {
  readonly instruction: string
  readonly origin: NonNullable<ListedImage['origins'][number]> | undefined
  readonly transfer: number | undefined
}

function describeLayer(session: Session, layer: LayerRef, { instruction, origin, transfer }: Making): InsideLayer {
  return {
    id: layer.id,
    diffId: layer.diffId,
    instruction,
    ...(origin === undefined ? {} : { source: origin.source, line: origin.line }),
    ...(origin?.stage === undefined ? {} : { stage: origin.stage }),
    ...(transfer === undefined ? {} : { transfer }),
    // Kept by the store for the layers last used: an index of 10,000 entries takes 20 ms to read.
    get entries() {
      return session.layers.readIndex(layer.id)
    },
    read: storedContent(session, layer.id),
  }
}
