import path from 'node:path'
import type { CallWorker } from '../engine/worker-process.ts'
import { discardTrees } from './discard-trees.ts'
import { type Measured, measurePaths } from './measure-paths.ts'
import type { UsageUnit } from './usage-unit.ts'

export interface StoredPlace {
  readonly root: string
  readonly call: CallWorker
}

/** What lies below paths of the store. Files of subordinate ids can only be seen by the worker of an ordinary user. */
export function measureStored({ root, call }: StoredPlace, paths: readonly string[]): Promise<readonly Measured[]> {
  const absolute = paths.map((one) => path.join(root, one))
  return process.getuid?.() === 0 ? measurePaths(absolute) : call('measure', { paths: absolute })
}

/** Bytes and nodes by path. */
export type Sizes = ReadonlyMap<string, Measured>

/**
 * What the paths of units take, to the byte, then `logs`, `tmp`, and under the empty path all the rest of the store. Bytes that
 * several share are counted for the unit that stands first, so whoever asks what the removal of the last ones frees puts those
 * last, the first to go at the very end.
 */
export async function measureUnits(place: StoredPlace, units: readonly UsageUnit[]): Promise<Sizes> {
  const paths = [...new Set([...units.flatMap((unit) => unit.paths), 'logs', 'tmp', ''])]
  const measured = await measureStored(place, paths)
  return new Map(paths.map((one, index) => [one, measured[index] as Measured]))
}

/** Bytes of a unit that was measured. */
export function unitSize(sizes: Sizes, { paths }: UsageUnit): number {
  return paths.reduce((sum, one) => sum + (sizes.get(one)?.bytes ?? 0), 0)
}

/** Removes trees that nobody can see any more. */
export async function discard({ call }: StoredPlace, trees: readonly string[]): Promise<void> {
  if (trees.length === 0) return
  if (process.getuid?.() === 0) await discardTrees(trees)
  else await call('discard', { trees })
}
