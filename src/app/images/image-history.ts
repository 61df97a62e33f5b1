import type { Digest } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import type { Session } from '../session.ts'
import { chosenImage } from './chosen-image.ts'
import { layerDiskSize, layerTransferSize } from './layer-sizes.ts'

/** One entry of an image's history. */
export interface HistoryStep {
  /** The image, for the newest entry only. */
  readonly id?: Digest
  /** Milliseconds since the epoch. */
  readonly created?: number
  readonly createdBy: string
  readonly comment: string
  /** Bytes of the layer's files; 0 without a layer; absent while the layer has not been downloaded. */
  readonly size?: number
  /** Bytes of the layer's blob, where one is known. */
  readonly transfer?: number
  /** `Dockerfile:12` */
  readonly source?: string
  readonly stage?: string
}

/** The history of an image, newest entry first, with what each one's layer weighs and the line that made it. */
export async function imageHistory(
  session: Session,
  name: string,
  platform?: Platform,
): Promise<readonly HistoryStep[]> {
  const image = await chosenImage(session, name, platform)
  const { history } = await session.store.images.config(image.id)
  const steps: HistoryStep[] = []
  let next = 0
  for (const [index, entry] of history.entries()) {
    const layer = entry.empty_layer === true ? undefined : image.layers[next++]
    const size = layer === undefined ? 0 : await layerDiskSize(session, layer)
    const transfer = layer === undefined ? undefined : await layerTransferSize(session, layer)
    const origin = image.origins[index]
    const time = entry.created === undefined ? Number.NaN : Date.parse(entry.created)
    steps.push({
      createdBy: entry.created_by ?? '',
      comment: entry.comment ?? '',
      ...(Number.isNaN(time) ? {} : { created: time }),
      ...(size === undefined ? {} : { size }),
      ...(transfer === undefined ? {} : { transfer }),
      ...(origin === null || origin === undefined ? {} : { source: `${origin.source}:${origin.line}` }),
      ...(origin?.stage === undefined ? {} : { stage: origin.stage }),
    })
  }
  return steps.reverse().map((step, index) => (index === 0 ? { id: image.id, ...step } : step))
}
