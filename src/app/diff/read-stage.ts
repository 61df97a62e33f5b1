import type { ImageFacts } from '../../compare/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import { parsePlace } from '../copy/place.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { keptStages } from '../sbom/kept-stages.ts'
import type { SizedLayer } from './sized-layer.ts'
import { factsOf, type Reading, storedSize } from './stored-facts.ts'

/** A stage of the build of an image of the store. */
export interface NamedStage {
  readonly image: string
  readonly stage: string
}

/** `IMAGE@STAGE`, also `store:IMAGE@STAGE`. Digests have a colon, so no name of an image is taken for a stage. */
export function stageOf(text: string, cwd: string): NamedStage | undefined {
  const [, image, stage] = /^([^@]+)@([^@:/]+)$/.exec(text) ?? []
  if (image === undefined || stage === undefined) return undefined
  const place = parsePlace(image, cwd)
  if (place === undefined) return { image, stage }
  return place.kind === 'store' ? { image: place.name, stage } : undefined
}

/** What a stage had at the end, as far as its layers are in the store. Rejects with `unknown-stage` when they are not. */
export async function readStage(reading: Reading, { image: name, stage }: NamedStage): Promise<ImageFacts> {
  const { session, options } = reading
  const wanted = options.platform === 'all' ? undefined : options.platform
  const image = await chosenImage(session, name, wanted)
  const stages = keptStages(session.root, image.id)
  if (stages === undefined)
    throw new SlipwayError('unknown-stage', `nothing is known of the stages of ${name}`, {
      hint: 'it was built elsewhere, or what was known has been pruned: build it here',
    })
  const found = stages.find((one) => one.stage.toLowerCase() === stage.toLowerCase())
  if (found === undefined)
    throw missing(
      name,
      stage,
      stages.map((one) => one.stage),
    )
  if (!found.layers.every(({ ref }) => session.layers.has(ref.id)))
    throw new SlipwayError('unknown-stage', `layers of stage ${found.stage} of ${name} are gone from the store`, {
      hint: 'build the image again to have them',
    })
  const layers: SizedLayer[] = []
  for (const { ref, ...maker } of found.layers) {
    const own = maker.line === undefined ? maker : { ...maker, stage: found.stage }
    layers.push(await storedSize(reading, ref, own))
  }
  // Stages have no configuration of their own: that of the image says the platform.
  const config = await session.store.images.config(image.id)
  return { ...factsOf(reading, config, { layers }), stage: found.stage }
}

function missing(image: string, stage: string, known: readonly string[]): SlipwayError {
  const hint =
    known.length === 0
      ? 'it was not copied from other stages'
      : (didYouMean(stage, known) ?? `it was copied from ${known.join(', ')}`)
  return new SlipwayError('unknown-stage', `${image} has no stage ${stage} that it was copied from`, { hint })
}
