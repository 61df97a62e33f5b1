import { type BlamedShare, blameShares, type ImageBlame, imageInside } from '../../analysis/index.ts'
import type { MadeBytes, StatedPackage } from '../../compare/index.ts'
import { digestOf, parseDigest } from '../../core/index.ts'
import type { Inventory } from '../../inventory/index.ts'
import { type ImageConfig, platformOfConfig } from '../../oci/index.ts'
import { attributePackages } from '../sbom/attribute-packages.ts'
import type { SizedLayer } from './sized-layer.ts'

/** What each line made of the files that layers show: the one that wrote them, be it in another stage. */
export function madeBy(
  config: ImageConfig,
  layers: readonly SizedLayer[],
  blame: ImageBlame | undefined,
): readonly MadeBytes[] {
  const inside = imageInside({
    name: '',
    id: digestOf(''),
    platform: platformOfConfig(config),
    config,
    layers: openLayers(layers),
    ...(blame === undefined ? {} : { blame }),
  })
  const made = new Map<string, MadeBytes>()
  for (const share of blameShares(inside)) {
    const maker = makerOf(share)
    const key = JSON.stringify(maker)
    made.set(key, { ...maker, bytes: (made.get(key)?.bytes ?? 0) + share.bytes })
  }
  return [...made.values()]
}

/** The packages with the line that brought them, where the layers tell. */
export function packagesWithLines(
  inventory: Inventory,
  layers: readonly SizedLayer[],
  blame: ImageBlame | undefined,
): readonly StatedPackage[] {
  return attributePackages(inventory, openLayers(layers), blame)
}

function makerOf({ steps }: BlamedShare): Omit<MadeBytes, 'bytes'> {
  const step = steps.findLast(({ line }) => line !== undefined) ?? steps.at(-1)
  if (step === undefined) return { instruction: '' }
  const { kind, text, source, line, stage } = step
  return {
    instruction: kind === 'base' && line === undefined && steps.length === 1 ? `FROM ${text}` : text,
    ...(source === undefined ? {} : { source }),
    ...(line === undefined ? {} : { line }),
    ...(stage === undefined ? {} : { stage }),
  }
}

function openLayers(layers: readonly SizedLayer[]) {
  return layers.map(({ files, diffId, ...layer }) => ({
    ...layer,
    id: files.id,
    diffId: parseDigest(diffId) ?? digestOf(diffId),
    entries: files.entries,
    read: files.read,
  }))
}
