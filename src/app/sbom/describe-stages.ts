import { listPackages } from '../../inventory/index.ts'
import type { AttributedPackage, Sbom, StagePackages } from '../../sbom/index.ts'
import type { Session } from '../session.ts'
import { stackFiles, storedLayer } from '../trees/layer-files.ts'
import { attributePackages } from './attribute-packages.ts'
import { goneStage, type KeptStage, keptStages } from './kept-stages.ts'

/** The packages that stages had and the image has not, and a sentence about each stage that is not here any more. */
export async function describeStages(
  session: Session,
  { image, packages }: Pick<Sbom, 'image' | 'packages'>,
): Promise<Required<Pick<Sbom, 'stages' | 'unknownStages'>>> {
  const kept = image === undefined ? undefined : keptStages(session.root, image)
  if (kept === undefined)
    return {
      stages: [],
      unknownStages: [
        'nothing is known of the stages: the image was built elsewhere, or what was known has been pruned',
      ],
    }
  const shipped = new Set(packages.map(({ purl }) => purl))
  const stages: StagePackages[] = []
  const unknownStages: string[] = []
  for (const stage of kept) {
    const found = packagesOf(session, stage)
    if (found === undefined) unknownStages.push(goneStage(stage))
    else stages.push({ stage: stage.stage, packages: found.filter(({ purl }) => !shipped.has(purl)) })
  }
  return { stages, unknownStages }
}

/** Undefined when a layer is not in the store; it is held while it is read. */
function packagesOf(session: Session, { stage, layers }: KeptStage): readonly AttributedPackage[] | undefined {
  if (!layers.every(({ ref }) => session.layers.has(ref.id))) return undefined
  const read = layers.map(({ ref }) => storedLayer(session, ref))
  const inventory = listPackages(stackFiles(read).view, stackFiles(read).read)
  const made = layers.map(({ ref, ...making }, index) => ({
    ...making,
    ...(making.line === undefined ? {} : { stage }),
    diffId: ref.diffId,
    entries: read[index]?.entries ?? [],
    read: read[index]?.read ?? (() => undefined),
  }))
  return attributePackages(inventory, made)
}
