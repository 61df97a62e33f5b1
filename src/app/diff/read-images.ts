import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { diskSize } from '../../archive/index.ts'
import type { ImageFacts, LayerSize } from '../../compare/index.ts'
import { type Digest, hexOf } from '../../core/index.ts'
import { listOwnedFiles, listPackages, listPrograms } from '../../inventory/index.ts'
import {
  chainId,
  decodeImageConfig,
  type Descriptor,
  type ImageConfig,
  isIndexMediaType,
  type Platform,
  platformOfConfig,
} from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { machinePlatform } from '../build/plan-request.ts'
import { barePlace, placeName } from '../copy/copy-image.ts'
import type { CopySource } from '../copy/copy-source.ts'
import { readTree, type TreeManifest } from '../copy/image-tree.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace, type Place } from '../copy/place.ts'
import { wholeBlob } from '../copy/whole-blob.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { readStoredBlob } from '../images/exportable.ts'
import { layerTransferSize } from '../images/layer-sizes.ts'
import type { Session } from '../session.ts'
import { type LayerFiles, stackFiles, storedLayer } from '../trees/layer-files.ts'
import { streamLayer } from '../trees/streamed-layer.ts'

export interface ReadOptions {
  /** Which platforms of an index: `all`, or one. Absent: that of this machine. */
  readonly platform?: Platform | 'all'
  readonly cwd: string
  readonly signal: AbortSignal
  /** Layers that were read already, by diff id. */
  readonly known: Map<Digest, Promise<LayerFiles>>
}

/**
 * The images that a place or a bare name stands for, with everything a comparison asks. Layers that the store has
 * unpacked are read there, others as they come; nothing is unpacked and no image is kept. Rejects as `openSource` does.
 */
export async function readImages(session: Session, text: string, options: ReadOptions): Promise<readonly ImageFacts[]> {
  const place = parsePlace(text, options.cwd) ?? (await barePlace(session, text))
  const what = { session, text, options }
  return place.kind === 'store' ? readStored(what, place.name) : readElsewhere(what, place)
}

/** What is read, and how it is called. */
export interface Reading {
  readonly session: Session
  readonly text: string
  readonly options: Pick<ReadOptions, 'platform' | 'cwd' | 'signal' | 'known'>
}

async function readStored(reading: Reading, name: string): Promise<readonly ImageFacts[]> {
  const { session, options } = reading
  const { platform } = options
  const images: readonly ListedImage[] =
    platform === 'all' ? await session.store.images.resolveAll(name) : [await chosenImage(session, name, platform)]
  const facts: ImageFacts[] = []
  for (const { id, layers } of images) {
    const config = await session.store.images.config(id)
    facts.push(await storedFacts(reading, { config, layers }))
  }
  return facts
}

/** The facts of an image whose layers are in the store, also of one that nobody has been given. */
export async function storedFacts(
  reading: Reading,
  { config, layers }: { readonly config: ImageConfig; readonly layers: readonly LayerRef[] },
): Promise<ImageFacts> {
  const sized: SizedLayer[] = []
  for (const layer of layers) {
    const transfer = await layerTransferSize(reading.session, layer)
    sized.push({
      files: await storedFiles(reading, layer),
      diffId: layer.diffId,
      ...(transfer === undefined ? {} : { transfer }),
    })
  }
  return factsOf(reading, config, sized)
}

/** A base that no build has needed yet is a blob, or not even that. */
async function storedFiles({ session, options }: Reading, layer: LayerRef): Promise<LayerFiles> {
  const { blob, diffId } = layer
  if (session.layers.has(layer.id) || blob === undefined) return storedLayer(session, layer)
  return once(options.known, diffId, () => streamLayer(diffId, readStoredBlob(session, blob, options.signal)))
}

async function readElsewhere(reading: Reading, place: Place): Promise<readonly ImageFacts[]> {
  const { session, options } = reading
  const source = await openSource(session, place, options.signal)
  try {
    const { platform } = options
    const wanted = platform ?? (isIndexMediaType(source.root.mediaType) ? machinePlatform() : 'all')
    const tree = await readTree(source, {
      what: placeName(place),
      ...(wanted === 'all' ? {} : { platforms: [wanted] }),
    })
    const facts: ImageFacts[] = []
    for (const manifest of tree.manifests)
      if (manifest.isImage) facts.push(await readManifest(reading, source, manifest))
    return facts
  } finally {
    await source.close()
  }
}

async function readManifest(reading: Reading, source: CopySource, { value }: TreeManifest): Promise<ImageFacts> {
  const config = decodeImageConfig(await wholeBlob(source, value.config), source.from)
  const ids = config.rootfs.diff_ids
  const sized: SizedLayer[] = []
  for (const [index, blob] of value.layers.entries()) {
    const diffId = ids[index] ?? blob.digest
    const files = await sourceFiles(reading, source, { blob, diffId, below: ids.slice(0, index + 1) })
    sized.push({ files, diffId, transfer: blob.size })
  }
  return factsOf(reading, config, sized)
}

interface SourceLayer {
  readonly blob: Descriptor
  readonly diffId: Digest
  /** Up to and with the layer itself. */
  readonly below: readonly Digest[]
}

async function sourceFiles({ session, options }: Reading, source: CopySource, layer: SourceLayer): Promise<LayerFiles> {
  const { blob, diffId, below } = layer
  const chain = chainId(below)
  const id = chain === undefined ? '' : hexOf(chain)
  if (id !== '' && session.layers.has(id)) return storedLayer(session, { id })
  return once(options.known, diffId, () => streamLayer(diffId, source.blob(blob)))
}

function once<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const made = known.get(key) ?? make()
  known.set(key, made)
  return made
}

interface SizedLayer extends Omit<LayerSize, 'disk'> {
  readonly files: LayerFiles
}

function factsOf({ text }: Reading, config: ImageConfig, layers: readonly SizedLayer[]): ImageFacts {
  const { view, read } = stackFiles(layers.map(({ files }) => files))
  const { packages, skipped } = listPackages(view, read)
  return {
    name: text,
    platform: platformOfConfig(config),
    config,
    layers: layers.map(({ files, ...size }) => ({ ...size, disk: diskSize(files.entries) })),
    view,
    packages,
    skipped,
    owned: listOwnedFiles(view, read),
    programs: listPrograms(view, read),
  }
}
