import { treeNodes } from '../fileset/index.ts'
import { formatPlatform } from '../oci/index.ts'
import type { ImageFacts, ImageTotals } from './image-facts.ts'

export function totalsOf({ name, platform, layers, packages, skipped, view }: ImageFacts): ImageTotals {
  const transfers = layers.map(({ transfer }) => transfer).filter((bytes) => bytes !== undefined)
  return {
    name,
    platform: formatPlatform(platform),
    layers: layers.length,
    disk: sum(layers.map(({ disk }) => disk)),
    ...(transfers.length === layers.length ? { transfer: sum(transfers) } : {}),
    packages: packages.length,
    skipped,
    files: [...treeNodes(view)].filter(([, { kind }]) => kind !== 'dir').length,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
