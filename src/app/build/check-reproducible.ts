import { digestOf, type Emit, type Digest, SlipwayError } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { planBuild, type Vertex } from '../../plan/index.ts'
import { solve } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import type { LayerDifference } from '../verify/compare-layers.ts'
import { comparedImage, type ImageDifference, imageDifference } from '../verify/image-difference.ts'
import type { AssembledImage } from './assemble-image.ts'
import type { BuildRequest } from './build-request.ts'
import { type DifferingFile, firstWriter } from './first-writer.ts'
import { assembleAll, type MadeImages, type MakeImages } from './make-images.ts'
import { planOptions } from './plan-request.ts'
import { solveOptions } from './start-build.ts'
import { whyNotReproducible } from './why-not-reproducible.ts'

interface Again extends Pick<MakeImages, 'rewriteTimestamps' | 'signal'> {
  readonly request: BuildRequest
}

/**
 * Runs every step of a build once more, from the same contexts and bases, and throws `not-reproducible` with the first
 * difference when that gives another image. Nobody needs to have been given the images for that.
 */
export async function requireReproducible(session: Session, made: MadeImages, how: Again): Promise<void> {
  const again = await makeAgain(session, made, how)
  for (const [position, image] of made.images.entries()) {
    const other = again.images[position] as AssembledImage
    if (digestOf(image.config) === digestOf(other.config)) continue
    const difference = await imageDifference(comparedImage(session, image), comparedImage(session, other))
    throw await notReproducible(session, difference, { image, plan: made.plan, runs: [made.results, again.results] })
  }
  const ids = made.images.map(({ config }) => digestOf(config))
  const message = `reproducible: every step was run a second time and gave the same layers and configuration ${ids.join(', ')}`
  session.emit({ type: 'note', time: session.now(), message })
}

async function makeAgain(
  session: Session,
  { started, graphs }: MadeImages,
  how: Again,
): Promise<Pick<MadeImages, 'images' | 'results'>> {
  const { request, signal } = how
  const { plan } = planBuild(graphs, { ...planOptions(request), noCache: true })
  const ports = { ...started.ports, emit: asSecondRun(session.emit) }
  const results = await solve(plan, ports, solveOptions(request, started.secrets, signal))
  return { results, images: await assembleAll(session, { plan, results }, how) }
}

/** Steps of their own, for progress and logs: those of the first run have ended. */
function asSecondRun(emit: Emit): Emit {
  const second = (vertex: Digest): Digest => digestOf(`again ${vertex}`)
  return (event) => {
    if (event.type === 'vertex.started') {
      const name = event.name.replace(/^\[?/, '$&again ')
      emit({ ...event, name, vertex: second(event.vertex), inputs: event.inputs.map(second) })
    } else if ('vertex' in event && event.vertex !== undefined) emit({ ...event, vertex: second(event.vertex) })
    else emit(event)
  }
}

interface Differing extends Pick<DifferingFile, 'plan' | 'runs'> {
  readonly image: AssembledImage
}

async function notReproducible(session: Session, difference: ImageDifference, all: Differing): Promise<SlipwayError> {
  const { says, layer, found, timesOnly } = difference
  const { plan } = all
  const { history, platform } = all.image.planned
  const entry = layer === undefined ? undefined : history.filter(({ emptyLayer }) => !emptyLayer)[layer]
  const vertex = entry?.vertex === undefined ? undefined : plan.vertices.get(entry.vertex)
  const writer =
    vertex === undefined || found === undefined || timesOnly
      ? undefined
      : await firstWriter(session, { ...all, vertex: vertex.digest, contents: contentsOf(found) })
  const path = writer?.path ?? found?.path
  const hint = whyNotReproducible({
    timesOnly,
    usesCacheMount: usesCacheMount(writer?.vertex ?? vertex),
    ...(path === undefined ? {} : { path }),
    ...(plan.epoch === undefined ? {} : { epoch: plan.epoch }),
  })
  const of = plan.images.length === 1 ? '' : ` for ${formatPlatform(platform)}`
  const from = writer === undefined ? '' : `\n/${writer.path} differed already after ${writer.vertex.name}`
  return new SlipwayError('not-reproducible', `a second build gave another image${of}: ${says}${from}`, {
    at: [...(writer?.vertex.origin ?? []), ...(entry?.origin === undefined ? [] : [entry.origin])],
    hint,
  })
}

function contentsOf({ entries: [was, is] }: LayerDifference): DifferingFile['contents'] {
  return [was?.digest, is?.digest]
}

function usesCacheMount(vertex: Vertex | undefined): boolean {
  return vertex?.op.kind === 'exec' && vertex.op.mounts.some(({ type }) => type === 'cache')
}
