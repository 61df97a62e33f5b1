import type { StageGraph } from '../../graph/index.ts'
import { formatBytes } from '../../report/index.ts'
import { layerDiskSize } from '../images/layer-sizes.ts'
import type { Session } from '../session.ts'
import type { MadeImages } from './make-images.ts'

/** Where servers of the web listen, and the frameworks that people write them with. */
const webPorts: ReadonlySet<number> = new Set([
  80, 443, 3000, 3001, 4000, 4200, 5000, 5173, 8000, 8008, 8080, 8081, 8443, 8888, 9000,
])

/** Images of web applications are seldom larger, and need not be. */
const usualSize = 200e6

/** A note for an image that exposes a port of the web and is large, with the line that made most of it. */
export async function adviseSize(
  session: Session,
  { images, results }: Pick<MadeImages, 'images' | 'results'>,
): Promise<void> {
  const [image] = images
  const exposed = Object.keys(image?.parsed.config.ExposedPorts ?? {})
  const port = exposed.find((one) => webPorts.has(Number(one.replace(/\/tcp$/, ''))))
  // What is not here is not worth a download.
  if (image === undefined || port === undefined || image.layers.some(({ id }) => !session.layers.has(id))) return
  const sizes = new Map<string, number>()
  // Remembered: a cached build reads one small file for each layer.
  for (const layer of image.layers) sizes.set(layer.id, (await layerDiskSize(session, layer)) ?? 0)
  const disk = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (disk <= usualSize) return
  const steps = image.planned.history.flatMap(({ vertex, createdBy, stage }, index) => {
    const layer = vertex === undefined ? undefined : results.get(vertex)?.layer
    const origin = image.origins[index]
    const size = layer === undefined ? undefined : sizes.get(layer.id)
    return origin === undefined || origin === null || size === undefined ? [] : [{ origin, size, createdBy, stage }]
  })
  const [first] = steps.sort((left, right) => right.size - left.size)
  const line =
    first === undefined ? '' : `; ${first.origin.source}:${first.origin.line} adds ${formatBytes(first.size)}`
  const message = `the image has ${formatBytes(disk)}, and images of web applications (it exposes ${port}) are seldom larger than ${formatBytes(usualSize)}${line}; slipway analyze shows what it seldom needs`
  session.emit({ type: 'note', time: session.now(), message })
}

/** What to say when CI pushes a stage that is not the last one: most often the target was left from a test. */
export function warnOfTarget(
  session: Session,
  graph: StageGraph | undefined,
  { env, isPushed }: { readonly env: Readonly<Record<string, string | undefined>>; readonly isPushed: boolean },
): void {
  if (!isPushed || graph === undefined || isLastStage(graph) || !isCi(env)) return
  const target = graph.stages[graph.target]
  const last = graph.stages.at(-1)
  if (target === undefined || last === undefined) return
  const diagnostic = {
    code: 'PushedTarget',
    severity: 'warning' as const,
    message: `CI pushes the stage ${target.label}, which is not the last one (${last.label})`,
    at: target.at,
    related: [],
    hint: 'leave --target out to push the last stage',
  }
  session.emit({ type: 'diagnostic', time: session.now(), diagnostic })
}

export function isLastStage({ target, stages }: StageGraph): boolean {
  return target === stages.length - 1
}

/** Every service sets it; `false` and nothing are what people set against it. */
function isCi({ CI = '' }: Readonly<Record<string, string | undefined>>): boolean {
  return CI !== '' && CI !== '0' && CI.toLowerCase() !== 'false'
}
