import type { Digest } from '../../core/index.ts'
import { type Inventory, type LayerContent, layersOfPackages } from '../../inventory/index.ts'
import type { AttributedPackage, PackageOrigin } from '../../sbom/index.ts'

/** A layer with the instruction that made it. */
export interface MadeLayer extends LayerContent {
  readonly diffId: Digest
  readonly instruction: string
  /** The Dockerfile and its one-based line, for layers that were built here. */
  readonly source?: string
  readonly line?: number
  readonly stage?: string
}

/** The packages with the layers (lowest first) that brought them. */
export function attributePackages(
  { packages }: Pick<Inventory, 'packages'>,
  layers: readonly MadeLayer[],
): readonly AttributedPackage[] {
  const found = layersOfPackages(packages, layers)
  const origins = layers.map(originOf)
  return packages.map((whole, index) => {
    const { layer: _, ...one } = whole
    const from = origins[found[index] ?? -1]
    return from === undefined ? one : { ...one, from }
  })
}

function originOf({ diffId, instruction, source, line, stage }: MadeLayer): PackageOrigin {
  return {
    layer: diffId,
    ...(source === undefined || line === undefined ? {} : { source: `${source}:${line}` }),
    ...(stage === undefined ? {} : { stage }),
    ...(instruction === '' ? {} : { instruction }),
  }
}
