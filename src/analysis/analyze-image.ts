import { diskSize, extendTree, findNode, type MergedNode, walkTree } from '../archive/index.ts'
import { type ClassShare, classifyContent } from './content-classes.ts'
import { type DiveFigures, diveFigures } from './dive-figures.ts'
import type { ImageInside, InsideLayer } from './image-inside.ts'
import { findWaste, type Waste } from './waste.ts'

/** A layer by what it weighs and does. */
export interface AnalyzedLayer
  extends Pick<InsideLayer, 'diffId' | 'instruction' | 'source' | 'line' | 'stage' | 'transfer'> {
  /** Bytes of its files as docker counts them. */
  readonly disk: number
  /** Of its bytes those that later layers hide. */
  readonly hidden: number
  /** Everything but directories. */
  readonly added: number
  readonly changed: number
  /** Paths of deletions; a deleted directory is one. */
  readonly removed: number
}

/** All that can be told of the bytes of an image. */
export interface ImageAnalysis {
  readonly disk: number
  /** Bytes of all blobs; absent when one was never compressed. */
  readonly transfer?: number
  /** Everything but directories that the image shows. */
  readonly files: number
  /** Lowest first. */
  readonly layers: readonly AnalyzedLayer[]
  readonly waste: Waste
  readonly dive: DiveFigures
  readonly classes: readonly ClassShare[]
}

/** Measures an image and sorts what is in it. Reads heads and symbol tables of programs, nothing else of contents. */
export function analyzeImage(inside: ImageInside): ImageAnalysis {
  const waste = findWaste(inside)
  const layers = analyzeLayers(inside, waste)
  const transfers = layers.flatMap(({ transfer }) => transfer ?? [])
  let files = 0
  for (const { entry } of walkTree(inside.root)) if (entry.kind !== 'dir') files += 1
  return {
    disk: layers.reduce((sum, { disk }) => sum + disk, 0),
    ...(transfers.length === layers.length ? { transfer: transfers.reduce((sum, size) => sum + size, 0) } : {}),
    files,
    layers,
    waste,
    dive: diveFigures(inside.layers),
    classes: classifyContent(inside),
  }
}

function analyzeLayers({ layers }: ImageInside, { hidden }: Waste): readonly AnalyzedLayer[] {
  let below: MergedNode | undefined
  return layers.map((layer, index) => {
    const { entries, diffId, instruction, source, line, stage, transfer } = layer
    const lower = below
    below = extendTree(below, [entries], index)
    const paths = entries.filter(({ kind }) => kind !== 'dir' && kind !== 'whiteout').map(({ path }) => path)
    const changed = lower === undefined ? 0 : paths.filter((path) => findNode(lower, path) !== undefined).length
    return {
      diffId,
      instruction,
      ...(source === undefined ? {} : { source }),
      ...(line === undefined ? {} : { line }),
      ...(stage === undefined ? {} : { stage }),
      ...(transfer === undefined ? {} : { transfer }),
      disk: diskSize(entries),
      hidden: hidden.reduce((sum, one) => (one.layer === index ? sum + one.bytes : sum), 0),
      added: paths.length - changed,
      changed,
      removed: entries.filter(({ kind }) => kind === 'whiteout').length,
    }
  })
}
