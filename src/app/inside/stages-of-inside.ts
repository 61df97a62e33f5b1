import type { ImageInside, StageFiles } from '../../analysis/index.ts'
import { goneStage, type KeptStage, keptStages } from '../sbom/kept-stages.ts'
import type { Session } from '../session.ts'

/** The stages that an image was copied from, as far as they are still in the store. */
export interface StagesOfInside {
  readonly stages: readonly StageFiles[]
  /** A sentence for each that is not. */
  readonly unknownStages: readonly string[]
}

/** Reads what a build has kept of its stages; nothing of an image that was built elsewhere. */
export function stagesOfInside(session: Session, { id }: Pick<ImageInside, 'id'>): StagesOfInside {
  const kept = keptStages(session.root, id)
  if (kept === undefined)
    return { stages: [], unknownStages: ['nothing is known of the stages: the image was built elsewhere'] }
  return readStages(session, kept)
}

/** The same for stages that a build has just had. */
export function readStages(session: Session, kept: readonly KeptStage[]): StagesOfInside {
  const stages: StageFiles[] = []
  const unknownStages: string[] = []
  for (const one of kept) {
    const { stage, layers } = one
    // Looking is what keeps a layer from being removed meanwhile.
    if (!layers.every(({ ref }) => session.layers.has(ref.id))) unknownStages.push(goneStage(one))
    else
      stages.push({
        stage,
        layers: layers.map(({ ref, line }) => ({
          entries: session.layers.readIndex(ref.id),
          ...(line === undefined ? {} : { line }),
        })),
      })
  }
  return { stages, unknownStages }
}
