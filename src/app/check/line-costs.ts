import type { LayerEntry } from '../../archive/index.ts'
import { diskSize } from '../../archive/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { layerTransferSize } from '../images/layer-sizes.ts'
import type { Session } from '../session.ts'

/** What a line of a Dockerfile weighs in an image. */
export interface LineCost {
  /** Bytes of the files of its layer, as docker counts them. */
  readonly disk: number
  /** Bytes of the layer as registries send it, where such a blob is known. */
  readonly transfer?: number
  readonly entries: readonly LayerEntry[]
}

/** What every line of a Dockerfile weighs, by its number; lines without a layer of their own are not in it. */
export type LineCosts = ReadonlyMap<number, LineCost>

/** What the lines of the Dockerfile weigh in an image that was built here. Rejects as `chosenImage` does. */
export async function costsByLine(session: Session, name: string): Promise<LineCosts> {
  const image = await chosenImage(session, name, undefined)
  const { history } = await session.store.images.config(image.id)
  const costs = new Map<number, LineCost>()
  let next = 0
  for (const [index, entry] of history.entries()) {
    if (entry.empty_layer === true) continue
    const layer = image.layers[next++]
    const line = image.origins[index]?.line
    if (layer === undefined || line === undefined) continue
    const cost = await layerCost(session, layer)
    if (cost !== undefined) costs.set(line, cost)
  }
  return costs
}

/** The share of a line that some paths make up: absolute ones, with wildcards, directories with all that is in them. */
export function shareOf(
  { disk, transfer, entries }: LineCost,
  paths: readonly string[],
): Pick<LineCost, 'disk' | 'transfer'> {
  if (paths.length === 0) return { disk, ...(transfer === undefined ? {} : { transfer }) }
  const { ignored } = compileIgnore(paths.map((path) => path.replace(/^\/+/, '')))
  const share = diskSize(entries.filter(({ path }) => ignored(path)))
  // Contents of one layer are taken to shrink alike.
  return {
    disk: share,
    ...(transfer === undefined || disk === 0 ? {} : { transfer: Math.round((transfer * share) / disk) }),
  }
}

async function layerCost(session: Session, layer: LayerRef): Promise<LineCost | undefined> {
  if (!session.layers.has(layer.id)) return undefined
  const entries = session.layers.readIndex(layer.id)
  const transfer = await layerTransferSize(session, layer)
  return { disk: diskSize(entries), entries, ...(transfer === undefined ? {} : { transfer }) }
}
