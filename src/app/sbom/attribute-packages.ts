import { blameIn, type ImageBlame } from '../../analysis/index.ts'
import type { Digest } from '../../core/index.ts'
import { type Inventory, type LayerContent, layersOfPackages, type Package } from '../../inventory/index.ts'
import type { AttributedPackage, PackageMaker, PackageOrigin } from '../../sbom/index.ts'

/** A layer with the instruction that made it. */
export interface MadeLayer extends LayerContent {
  readonly diffId: Digest
  readonly instruction: string
  /** The Dockerfile and its one-based line, for layers that were built here. */
  readonly source?: string
  readonly line?: number
  readonly stage?: string
}

/** The packages with the layers (lowest first) that brought them, and what `blame` knows of those that were copied. */
export function attributePackages(
  { packages }: Pick<Inventory, 'packages'>,
  layers: readonly MadeLayer[],
  blame?: ImageBlame,
): readonly AttributedPackage[] {
  const found = layersOfPackages(packages, layers)
  const origins = layers.map(originOf)
  return packages.map((whole, index) => {
    const { layer: _, ...one } = whole
    const layer = found[index] ?? -1
    const from = origins[layer]
    if (from === undefined) return one
    const maker = blame === undefined ? undefined : makerIn(blame, layer, one)
    return { ...one, from: maker === undefined ? from : { ...from, maker } }
  })
}

/** A database that many packages share was written last by whoever installed the last of them: its maker says nothing of one. */
const sharedDatabases: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm'])

function makerIn(
  blame: ImageBlame,
  layer: number,
  { type, path }: Pick<Package, 'type' | 'path'>,
): PackageMaker | undefined {
  if (sharedDatabases.has(type) && !path.includes('/status.d/')) return undefined
  const [, ...before] = blameIn(blame, layer, path)
  const made = before.findLast(({ line, kind }) => line !== undefined || kind === 'base')
  if (made === undefined) return undefined
  const { source, line, stage, text } = made
  return {
    ...(source === undefined || line === undefined ? {} : { source: `${source}:${line}` }),
    ...(stage === undefined ? {} : { stage }),
    instruction: text,
  }
}

function originOf({ diffId, instruction, source, line, stage }: MadeLayer): PackageOrigin {
  return {
    layer: diffId,
    ...(source === undefined || line === undefined ? {} : { source: `${source}:${line}` }),
    ...(stage === undefined ? {} : { stage }),
    ...(instruction === '' ? {} : { instruction }),
  }
}
