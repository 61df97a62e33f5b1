import type { ImageBlame } from '../../analysis/index.ts'
import { type Predicate, predicateTypes } from '../../attest/index.ts'
import { digestOf } from '../../core/index.ts'
import { listPackages } from '../../inventory/index.ts'
import { spdxDocument } from '../../sbom/index.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import { internalStep } from '../build/internal-step.ts'
import { attributePackages, type MadeLayer } from '../sbom/attribute-packages.ts'
import { documentTime } from '../sbom/document-time.ts'
import type { Session } from '../session.ts'
import { stackFiles, storedLayer } from '../trees/layer-files.ts'

export interface SbomRequest {
  readonly names: readonly string[]
  readonly version: string
  readonly signal: AbortSignal
  /** Who made what was copied from stages; absent where nobody can be asked. */
  readonly blame?: ImageBlame
}

type BuiltLayers = Pick<AssembledImage, 'config' | 'parsed' | 'platform' | 'layers' | 'origins'>

/** The packages of an image, read from its files, which are unpacked for that where they are not yet. */
export async function describePackages(
  session: Session,
  image: BuiltLayers,
  { names, version, signal, blame }: SbomRequest,
): Promise<Predicate> {
  const id = digestOf(image.config)
  return internalStep(session, '[internal] listing packages', async (progress) => {
    await session.engine.prepare(image.layers, progress, signal)
    const layers = image.layers.map((layer) => storedLayer(session, layer))
    const { view, read } = stackFiles(layers)
    const inventory = listPackages(view, read)
    const making = makingOf(image)
    const made = layers.map(
      (layer, index): MadeLayer => ({
        ...layer,
        instruction: '',
        ...making[index],
        diffId: image.layers[index]?.diffId ?? id,
      }),
    )
    const packages = attributePackages(inventory, made, blame)
    const { platform } = image
    const sbom = { ...inventory, name: names[0] ?? id, image: id, platform, packages }
    return { type: predicateTypes.sbom, value: spdxDocument(sbom, { version, created: documentTime(session) }) }
  })
}

/** What made each layer, by the history; one that does not fit says nothing. */
function makingOf({ parsed, origins, layers }: BuiltLayers): readonly Omit<MadeLayer, 'entries' | 'read' | 'diffId'>[] {
  const making = parsed.history.flatMap((entry, index) => {
    if (entry.empty_layer === true) return []
    const { stage, ...place } = origins[index] ?? {}
    return [{ instruction: entry.created_by ?? '', ...place, ...(stage === undefined ? {} : { stage }) }]
  })
  return making.length === layers.length ? making : []
}
