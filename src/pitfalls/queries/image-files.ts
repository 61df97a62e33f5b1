import { type LayerEntry, type MergedNode, walkTree } from '../../archive/index.ts'
import type { Location } from '../../core/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { ImageFacts, ImageLayer } from '../image-facts.ts'

/** A file or directory that the finished image shows. */
export interface VisibleFile {
  readonly path: string
  readonly node: MergedNode
  /** The layer that says what it is. */
  readonly layer: ImageLayer
  readonly line: number
}

/** What the finished image shows of the lines of this file, not of its base. */
export function ownFiles({ root, layers }: ImageFacts): readonly VisibleFile[] {
  const found: VisibleFile[] = []
  for (const node of walkTree(root)) {
    const layer = layers[node.layer]
    if (layer?.line !== undefined) found.push({ path: node.entry.path, node, layer, line: layer.line })
  }
  return found
}

/** Things by the line that they are of, in the order of the lines. */
export function byLine<T extends { readonly line: number }>(things: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const one of [...things].sort((a, b) => a.line - b.line)) {
    const group = groups.get(one.line)
    if (group === undefined) groups.set(one.line, [one])
    else group.push(one)
  }
  return groups
}

/** The instruction at a line of the final stage or of one that it continues. */
export function stepAtLine({ final }: Facts, line: number): StepModel | undefined {
  return final.history.find((step) => step.line === line)
}

/** Where to point for what a line has made: its instruction, or the stage when it is in another file. */
export function placeOfLine(facts: Facts, line: number): Location {
  return stepAtLine(facts, line)?.at ?? facts.final.at
}

/** Bytes that a file takes where it is stored; names of files that have another one already take none. */
export function bytesOfNode({ entry, content }: MergedNode): number {
  return entry.kind === 'file' && content.path === entry.path ? entry.size : 0
}

/** The first of some paths, absolute, and how many more there are. */
export function somePaths(paths: readonly string[], most = 3): string {
  const shown = paths.slice(0, most).map((path) => `/${path}`)
  const rest = paths.length - shown.length
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`
}

/** Bytes on the disk of an image's layers. */
export function bytesOfLayers(layers: readonly { readonly entries: readonly LayerEntry[] }[]): number {
  let sum = 0
  for (const { entries } of layers) for (const { kind, size } of entries) if (kind === 'file') sum += size
  return sum
}
