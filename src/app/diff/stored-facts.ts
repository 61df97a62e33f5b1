import type { ListedImage } from '../../adapters/blob-store/index.ts'
import type { ImageBlame } from '../../analysis/index.ts'
import { diskSize } from '../../archive/index.ts'
import type { ImageFacts, Maker } from '../../compare/index.ts'
import type { Digest } from '../../core/index.ts'
import { listOwnedFiles, listPackages, listPrograms } from '../../inventory/index.ts'
import { type ImageConfig, type Platform, platformOfConfig } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { readStoredBlob } from '../images/exportable.ts'
import { layerTransferSize } from '../images/layer-sizes.ts'
import { layerMakers } from '../inside/open-inside.ts'
import type { Session } from '../session.ts'
import { type LayerFiles, stackFiles, storedLayer } from '../trees/layer-files.ts'
import { streamLayer } from '../trees/streamed-layer.ts'
import { lastCost } from './last-cost.ts'
import { madeBy, packagesWithLines } from './made-by.ts'
import type { SizedLayer } from './sized-layer.ts'

export interface ReadOptions {
  /** Which platforms of an index: `all`, or one. Absent: that of this machine. */
  readonly platform?: Platform | 'all'
  readonly cwd: string
  readonly signal: AbortSignal
  /** Layers that were read already, by diff id. */
  readonly known: Map<Digest, Promise<LayerFiles>>
  /** Whether it is wanted which line made what, and what the last build took. */
  readonly withLines?: boolean
}

/** What is read, and how it is called. */
export interface Reading {
  readonly session: Session
  readonly text: string
  readonly options: ReadOptions
}

/** The facts of an image whose layers are in the store, also of one that nobody has been given. */
export async function storedFacts(
  reading: Reading,
  { config, layers, origins = [], blame }: StoredImage,
): Promise<ImageFacts> {
  const making = layerMakers(config, origins, layers.length)
  const sized: SizedLayer[] = []
  for (const [index, layer] of layers.entries()) {
    const { instruction = '', origin } = making[index] ?? {}
    sized.push(await storedSize(reading, layer, { instruction, ...origin }))
  }
  const facts = factsOf(reading, config, { layers: sized, ...(blame === undefined ? {} : { blame }) })
  const cost = reading.options.withLines === true ? await lastCost(reading.session, layers, facts.platform) : undefined
  return cost === undefined ? facts : { ...facts, cost }
}

export interface StoredImage {
  readonly config: ImageConfig
  readonly layers: readonly LayerRef[]
  readonly origins?: ListedImage['origins']
  readonly blame?: ImageBlame
}

/** A layer of the store with what it weighs. */
export async function storedSize(reading: Reading, layer: LayerRef, maker: Maker): Promise<SizedLayer> {
  const transfer = await layerTransferSize(reading.session, layer)
  return {
    ...maker,
    files: await storedFiles(reading, layer),
    diffId: layer.diffId,
    ...(transfer === undefined ? {} : { transfer }),
  }
}

/** A base that no build has needed yet is a blob, or not even that. */
async function storedFiles({ session, options }: Reading, layer: LayerRef): Promise<LayerFiles> {
  const { blob, diffId } = layer
  if (session.layers.has(layer.id) || blob === undefined) return storedLayer(session, layer)
  return once(options.known, diffId, () => streamLayer(diffId, readStoredBlob(session, blob, options.signal)))
}

/** What was made for the key, made now if it was not. */
export function once<Key, Value>(
  known: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const made = known.get(key) ?? make()
  known.set(key, made)
  return made
}

/** What is compared of layers (lowest first) that lie over each other. */
export function factsOf(
  { text, options }: Reading,
  config: ImageConfig,
  { layers, blame }: { readonly layers: readonly SizedLayer[]; readonly blame?: ImageBlame },
): ImageFacts {
  const { view, read } = stackFiles(layers.map(({ files }) => files))
  const inventory = listPackages(view, read)
  const isWanted = options.withLines === true
  return {
    name: text,
    platform: platformOfConfig(config),
    config,
    layers: layers.map(({ files, ...size }) => ({ ...size, disk: diskSize(files.entries) })),
    view,
    packages: isWanted ? packagesWithLines(inventory, layers, blame) : inventory.packages,
    skipped: inventory.skipped,
    owned: listOwnedFiles(view, read),
    programs: listPrograms(view, read),
    ...(isWanted ? { made: madeBy(config, layers, blame) } : {}),
  }
}
