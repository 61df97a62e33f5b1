import {
  childNames,
  findNode,
  type LayerEntry,
  type MergedNode,
  extendTree,
  parentOf,
  walkTree,
} from '../archive/index.ts'

/** The three figures that dive gives an image, by its own way of counting. */
export interface DiveFigures {
  /** 0 to 1: the least size of each path by its sizes in all layers together. */
  readonly efficiency: number
  /** Bytes of paths that several layers state, all of them together. */
  readonly wastedBytes: number
  /** Those by the bytes of all layers but the lowest; 0 where these are empty. */
  readonly userWastedPercent: number
}

/** What is known of a path through all layers. */
interface Counted {
  least: number
  sum: number
  times: number
}

/**
 * Counts as dive does, so that thresholds of a `.dive-ci` mean the same: only what has nothing below it in its layer is counted;
 * a deletion weighs what a deleted directory had, and nothing for a file; opaque marks are not seen; further names of a file
 * weigh nothing. Followed: dive 0.13, filetree/efficiency.go and image/analysis.go.
 */
export function diveFigures(layers: readonly { readonly entries: readonly LayerEntry[] }[]): DiveFigures {
  const paths = new Map<string, Counted>()
  let below: MergedNode | undefined
  for (const [index, { entries }] of layers.entries()) {
    const parents = new Set(entries.map(({ path }) => parentOf(path)))
    for (const entry of entries) {
      if (entry.path === '' || (entry.kind === 'dir' && parents.has(entry.path))) continue
      count(paths, entry.path, entry.kind === 'whiteout' ? deletedBytes(below, entry.path) : sizeOf(entry))
    }
    below = extendTree(below, [entries], index)
  }
  let [least, sum, wasted] = [0, 0, 0]
  for (const counted of paths.values()) {
    least += counted.least
    sum += counted.sum
    if (counted.times > 1) wasted += counted.sum
  }
  const user = layers.slice(1).reduce((total, { entries }) => total + bytesIn(entries), 0)
  return {
    efficiency: sum === 0 ? 1 : least / sum,
    wastedBytes: wasted,
    userWastedPercent: user === 0 ? 0 : wasted / user,
  }
}

function count(paths: Map<string, Counted>, path: string, size: number): void {
  const known = paths.get(path)
  if (known === undefined) paths.set(path, { least: size, sum: size, times: 1 })
  else {
    known.least = Math.min(known.least, size)
    known.sum += size
    known.times += 1
  }
}

function sizeOf({ kind, size }: LayerEntry): number {
  return kind === 'file' ? size : 0
}

function bytesIn(entries: readonly LayerEntry[]): number {
  return entries.reduce((total, entry) => total + sizeOf(entry), 0)
}

function deletedBytes(below: MergedNode | undefined, path: string): number {
  const node = below === undefined ? undefined : findNode(below, path)
  if (node === undefined || childNames(node).length === 0) return 0
  let bytes = 0
  for (const { entry, content } of walkTree(node)) if (content.path === entry.path) bytes += sizeOf(entry)
  return bytes
}
