import { digestOf, type Emit, type Digest, SlipwayError } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { type BuildPlan, planBuild } from '../../plan/index.ts'
import { solve } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { comparedImage, type ImageDifference, imageDifference } from '../verify/image-difference.ts'
import type { AssembledImage } from './assemble-image.ts'
import type { BuildRequest } from './build-request.ts'
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
  const images = await makeAgain(session, made, how)
  for (const [position, image] of made.images.entries()) {
    const again = images[position] as AssembledImage
    if (digestOf(image.config) === digestOf(again.config)) continue
    const difference = await imageDifference(comparedImage(session, image), comparedImage(session, again))
    throw notReproducible(image, difference, made.plan)
  }
  const ids = made.images.map(({ config }) => digestOf(config))
  const message = `reproducible: every step was run a second time and gave the same layers and configuration ${ids.join(', ')}`
  session.emit({ type: 'note', time: session.now(), message })
}

async function makeAgain(
  session: Session,
  { started, graphs }: MadeImages,
  how: Again,
): Promise<readonly AssembledImage[]> {
  const { request, signal } = how
  const { plan } = planBuild(graphs, { ...planOptions(request), noCache: true })
  const ports = { ...started.ports, emit: asSecondRun(session.emit) }
  const results = await solve(plan, ports, solveOptions(request, started.secrets, signal))
  return assembleAll(session, { plan, results }, how)
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

function notReproducible({ planned }: AssembledImage, difference: ImageDifference, plan: BuildPlan): SlipwayError {
  const { says, layer, path, timesOnly } = difference
  const entry = layer === undefined ? undefined : planned.history.filter(({ emptyLayer }) => !emptyLayer)[layer]
  const op = entry?.vertex === undefined ? undefined : plan.vertices.get(entry.vertex)?.op
  const hint = whyNotReproducible({
    timesOnly,
    usesCacheMount: op?.kind === 'exec' && op.mounts.some(({ type }) => type === 'cache'),
    ...(path === undefined ? {} : { path }),
    ...(plan.epoch === undefined ? {} : { epoch: plan.epoch }),
  })
  const of = plan.images.length === 1 ? '' : ` for ${formatPlatform(planned.platform)}`
  return new SlipwayError('not-reproducible', `a second build gave another image${of}: ${says}`, {
    at: entry?.origin === undefined ? [] : [entry.origin],
    hint,
  })
}
