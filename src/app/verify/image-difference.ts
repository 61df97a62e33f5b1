import type { Json } from '../../core/index.ts'
import type { ImageConfig } from '../../oci/index.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'
import { count } from './check-image.ts'
import { firstDifference } from './compare-configs.ts'
import { compareLayers, type LayerDifference, layerContents } from './compare-layers.ts'

/** An image whose parts can be read. */
export interface ComparedImage {
  readonly config: { readonly bytes: Uint8Array; readonly value: ImageConfig }
  /** The archive of a layer, from 0 for the lowest; undefined where there is none. */
  tar(layer: number): AsyncIterable<Uint8Array> | undefined
}

/** What tells an image from another one of the same origin. */
export interface ImageDifference {
  readonly says: string
  /** Nothing but times differs. */
  readonly timesOnly: boolean
  /** The layer that differs, from 0 for the lowest. */
  readonly layer?: number
  /** What differs in it. */
  readonly found?: LayerDifference
}

/**
 * The first difference of two images whose configurations are not the same bytes. What steps did explains times and digests of
 * the configuration and not the other way round, so layers come first, and those in which more than times differ before others.
 */
export async function imageDifference(was: ComparedImage, is: ComparedImage): Promise<ImageDifference> {
  return (await layersDifference(was, is)) ?? configDifference(was.config.bytes, is.config.bytes)
}

/** An image that was made and not yet given to anybody. */
export function comparedImage(session: Session, { config, parsed, layers }: AssembledImage): ComparedImage {
  const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
  return {
    config: { bytes: config, value: parsed },
    tar: (at) => {
      const layer = layers[at]
      return layer === undefined ? undefined : tars.layer(layer)
    },
  }
}

async function layersDifference(was: ComparedImage, is: ComparedImage): Promise<ImageDifference | undefined> {
  const [before, after] = [was.config.value.rootfs.diff_ids, is.config.value.rootfs.diff_ids]
  let inTimes: ImageDifference | undefined
  for (const [at, diffId] of before.entries()) {
    const found = diffId === after[at] ? undefined : await layerDifference(at, was, is)
    if (found?.timesOnly === false) return found
    inTimes ??= found
  }
  if (inTimes !== undefined || before.length === after.length) return inTimes
  const says = `it has ${count(before.length, 'layer')}, the rebuilt one ${count(after.length, 'layer')}`
  return { says, timesOnly: false }
}

async function layerDifference(
  layer: number,
  was: ComparedImage,
  is: ComparedImage,
): Promise<ImageDifference | undefined> {
  const [before, after] = [was.tar(layer), is.tar(layer)]
  if (before === undefined || after === undefined) return undefined
  const found = compareLayers(await layerContents(before), await layerContents(after))
  const line = was.config.value.history.filter((entry) => entry.empty_layer !== true)[layer]?.created_by
  const where = `layer ${layer + 1}${line === undefined ? '' : ` (${line})`}`
  if (found === undefined)
    return { says: `${where} has the same files in another order or form`, timesOnly: false, layer }
  const others = found.others === 0 ? '' : `, and ${count(found.others, 'other path')} differ`
  const says = `${where}: /${found.path}: ${found.changes.join(', ')}${others}`
  return { says, timesOnly: found.timesOnly, layer, found }
}

function configDifference(was: Uint8Array, is: Uint8Array): ImageDifference {
  const [before, after] = [was, is].map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Json)
  const field = firstDifference(before, after)
  if (field === undefined) return { says: 'the configuration is written in another form', timesOnly: false }
  return {
    says: `configuration: ${field.member}: ${field.was ?? 'nothing'} became ${field.is ?? 'nothing'}`,
    timesOnly: /(^|\.)created$/.test(field.member),
  }
}
