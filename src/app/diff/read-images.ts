import type { ListedImage } from '../../adapters/blob-store/index.ts'
import type { ImageBlame } from '../../analysis/index.ts'
import type { ImageFacts } from '../../compare/index.ts'
import { type Digest, digestOf, hexOf } from '../../core/index.ts'
import {
  chainId,
  decodeImageConfig,
  type Descriptor,
  isIndexMediaType,
  type Platform,
  platformOfConfig,
} from '../../oci/index.ts'
import { attachedBlame } from '../blame/attached-blame.ts'
import { keptBlame } from '../blame/kept-blame.ts'
import { machinePlatform } from '../build/plan-request.ts'
import { barePlace, placeName } from '../copy/copy-image.ts'
import type { CopySource } from '../copy/copy-source.ts'
import { readTree, type TreeManifest } from '../copy/image-tree.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace, type Place } from '../copy/place.ts'
import { wholeBlob } from '../copy/whole-blob.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { layerMakers } from '../inside/open-inside.ts'
import type { Session } from '../session.ts'
import { type LayerFiles, storedLayer } from '../trees/layer-files.ts'
import { streamLayer } from '../trees/streamed-layer.ts'
import { readStage, stageOf } from './read-stage.ts'
import type { SizedLayer } from './sized-layer.ts'
import { factsOf, once, type Reading, type ReadOptions, storedFacts } from './stored-facts.ts'

/**
 * The images that a place or a bare name stands for, with everything a comparison asks. Layers that the store has
 * unpacked are read there, others as they come; nothing is unpacked and no image is kept. Rejects as `openSource` does.
 */
export async function readImages(session: Session, text: string, options: ReadOptions): Promise<readonly ImageFacts[]> {
  const what = { session, text, options }
  const stage = stageOf(text, options.cwd)
  if (stage !== undefined) return [await readStage(what, stage)]
  const place = parsePlace(text, options.cwd) ?? (await barePlace(session, text))
  return place.kind === 'store' ? readStored(what, place.name) : readElsewhere(what, place)
}

async function readStored(reading: Reading, name: string): Promise<readonly ImageFacts[]> {
  const { session, options } = reading
  const { platform } = options
  const images: readonly ListedImage[] =
    platform === 'all' ? await session.store.images.resolveAll(name) : [await chosenImage(session, name, platform)]
  const facts: ImageFacts[] = []
  for (const { id, layers, origins, platform: of } of images) {
    const config = await session.store.images.config(id)
    const blame = options.withLines === true ? await blameOf(reading, id, of) : undefined
    facts.push(await storedFacts(reading, { config, layers, origins, ...(blame === undefined ? {} : { blame }) }))
  }
  return facts
}

/** An image that was built elsewhere may carry what its builder knew. */
async function blameOf(
  { session, text, options }: Reading,
  id: Digest,
  platform: Platform,
): Promise<ImageBlame | undefined> {
  const { cwd, signal } = options
  return keptBlame(session.root, id) ?? attachedBlame(session, text, { platform, cwd, signal })
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
  const bytes = await wholeBlob(source, value.config)
  const config = decodeImageConfig(bytes, source.from)
  const ids = config.rootfs.diff_ids
  const making = layerMakers(config, [], value.layers.length)
  const sized: SizedLayer[] = []
  for (const [index, blob] of value.layers.entries()) {
    const diffId = ids[index] ?? blob.digest
    const files = await sourceFiles(reading, source, { blob, diffId, below: ids.slice(0, index + 1) })
    sized.push({ files, diffId, transfer: blob.size, instruction: making[index]?.instruction ?? '' })
  }
  if (reading.options.withLines !== true) return factsOf(reading, config, { layers: sized })
  const blame = await blameOf(reading, digestOf(bytes), platformOfConfig(config))
  return factsOf(reading, config, { layers: sized, ...(blame === undefined ? {} : { blame }) })
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
