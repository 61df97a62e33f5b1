import { parseOutputSpec, prepareExport } from '../../adapters/exporters/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { ImageSummary, LayerRow } from '../../report/index.ts'
import { exportableImage } from '../images/exportable.ts'
import { layerDiskSize } from '../images/layer-sizes.ts'
import type { Session } from '../session.ts'

export interface SummaryOptions {
  readonly title: string
  /** Milliseconds. */
  readonly buildTime: number
  readonly signal: AbortSignal
}

/** Both sizes of an image, in all and by layer. Compresses the layers, because only that tells what a pull transfers. */
export async function summarizeImage(
  session: Session,
  name: string,
  { title, buildTime, signal }: SummaryOptions,
): Promise<ImageSummary> {
  const image = await session.store.images.resolve(name)
  await session.engine.prepare(image.layers, () => {}, signal)
  const output = parseOutputSpec('type=image')
  if (output.kind !== 'image') throw new SlipwayError('internal', 'type=image is no image output')
  const exportable = await exportableImage(session, image, signal)
  const { images } = await prepareExport([exportable], { options: output.image, family: 'oci', blobs: session.store })
  const { history } = await session.store.images.config(image.id)
  const steps = history.filter((entry) => entry.empty_layer !== true)
  const layers = await Promise.all(
    image.layers.map(
      async (layer, index): Promise<LayerRow> => ({
        instruction: instructionOf(steps[index]?.created_by ?? ''),
        disk: (await layerDiskSize(session, layer)) ?? layer.size,
        transfer: images[0]?.layers[index]?.descriptor.size ?? 0,
      }),
    ),
  )
  const sum = (part: 'disk' | 'transfer'): number => layers.reduce((total, layer) => total + (layer[part] ?? 0), 0)
  return { title, buildTime, disk: sum('disk'), transfer: sum('transfer'), layers }
}

/** A history line without the shell and the builder's mark. */
function instructionOf(createdBy: string): string {
  return createdBy
    .replace(/^RUN (?:\|\d+ .*?)?\/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
}
