import type { SurfaceKind } from './surface-programs.ts'

/** A part of the score. */
export interface ScoredPart {
  readonly part: SurfaceKind | 'root' | 'port' | 'packages'
  /** How many there are. */
  readonly count: number
  readonly points: number
}

interface Weight {
  /** Points for each. */
  readonly each: number
  /** Points at most: the twentieth setuid program is no news. */
  readonly most: number
}

/** docs/concepts/surface.md says why. */
export const surfaceWeights: Readonly<Record<ScoredPart['part'], Weight>> = {
  root: { each: 20, most: 20 },
  shell: { each: 10, most: 15 },
  'package-manager': { each: 8, most: 16 },
  interpreter: { each: 6, most: 18 },
  'network-tool': { each: 4, most: 12 },
  compiler: { each: 6, most: 12 },
  setuid: { each: 5, most: 20 },
  setgid: { each: 2, most: 8 },
  capability: { each: 5, most: 15 },
  'world-writable': { each: 3, most: 12 },
  port: { each: 1, most: 5 },
  packages: { each: 0.1, most: 30 },
}

/** One comparable number by parts, in the order of the weights: each part has `count × each` points, rounded up, and `most` at most. */
export function scoreSurface({
  items,
  isRoot,
  ports,
  packages,
}: {
  readonly items: readonly { readonly kind: SurfaceKind }[]
  readonly isRoot: boolean
  readonly ports: number
  readonly packages: number
}): readonly ScoredPart[] {
  const counts = new Map<string, number>([
    ['root', isRoot ? 1 : 0],
    ['port', ports],
    ['packages', packages],
  ])
  for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return Object.entries(surfaceWeights).map(([part, { each, most }]) => {
    const count = counts.get(part) ?? 0
    // 0.1 times 30 is a little more than 3 in binary.
    return {
      part: part as ScoredPart['part'],
      count,
      points: Math.min(most, Math.ceil(Number((count * each).toFixed(3)))),
    }
  })
}
