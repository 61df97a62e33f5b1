import { statfsSync } from 'node:fs'
import { isAlive, type Named } from '../../adapters/blob-store/index.ts'
import { readHeld } from '../../adapters/layer-store/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Session } from '../session.ts'
import { chooseVictims, measuringOrder, type PruneRules, type Victims } from './choose-victims.ts'
import { forgetLeftovers } from './forget-leftovers.ts'
import { measureUnits, type Sizes, unitSize } from './measure-stored.ts'
import { removeVictims } from './remove-victims.ts'
import { type Survey, surveyStore } from './survey.ts'
import { parseUsageFilters } from './usage-filter.ts'
import { unitsOf, type UsageUnit } from './usage-unit.ts'

export interface PruneRequest {
  readonly all: boolean
  /** Also images without a name. */
  readonly images: boolean
  /** As `--filter` has them. */
  readonly filters: readonly string[]
  /** Bytes that the cache may take; what images need is not counted. */
  readonly maxUsedSpace?: number
  /** Bytes that the cache may take whatever else is asked for. */
  readonly reservedSpace?: number
  /** Bytes that are to be free on the file system. */
  readonly minFreeSpace?: number
  /** Say what would be removed, and remove nothing. */
  readonly dryRun: boolean
}

export interface RemovedUnit {
  readonly unit: UsageUnit
  /** That became free. */
  readonly bytes: number
}

export interface PruneResult {
  readonly removed: readonly RemovedUnit[]
  /** Images without a name that are gone. */
  readonly images: readonly Digest[]
  readonly bytes: number
  /** What nothing but images without a name needs, and was left to them. */
  readonly unnamedBytes: number
}

/** Removes what no image needs and no living process uses, as `docker buildx prune` does. Throws `usage` for filters. */
export async function pruneCache(session: Session, request: PruneRequest): Promise<PruneResult> {
  const { root, call, cacheMounts } = session
  const documents = new Map<Digest, readonly Named[]>()
  const held = readHeld(root, isAlive)
  const survey = surveyStore(root, documents)
  const { all, images } = request
  const rules: PruneRules = { all, images, filter: parseUsageFilters(request.filters), now: session.now() }
  const { victims, sizes } = await chosen({ root, call }, { survey, held, rules, request })
  const told = (units: readonly UsageUnit[]): readonly RemovedUnit[] =>
    units.map((unit) => ({ unit, bytes: unitSize(sizes, unit) }))
  const forgotten = victims.forgotten.map((unit) => ({ unit, bytes: 0 }))
  const ids = victims.images.map(({ image }) => image.id)
  const unnamed = request.images ? [] : unitsOf(survey, { held }).filter(({ neededBy }) => neededBy === 'unnamed')
  const unnamedBytes = unnamed.reduce((sum, unit) => sum + unitSize(sizes, unit), 0)
  if (request.dryRun) return totalled({ removed: [...told(victims.units), ...forgotten], images: ids, unnamedBytes })
  const gone = await removeVictims({ root, call, owner: cacheMounts.owner }, victims, documents)
  forgetLeftovers(root, gone.units)
  return totalled({ removed: [...told(gone.units), ...forgotten], images: gone.images, unnamedBytes })
}

interface Choice {
  readonly survey: Survey
  readonly held: ReadonlySet<string>
  readonly rules: PruneRules
  readonly request: PruneRequest
}

/** The victims and how much each of them frees. */
async function chosen(
  place: Pick<Session, 'root' | 'call'>,
  { survey, held, rules, request }: Choice,
): Promise<{ readonly victims: Victims; readonly sizes: Sizes }> {
  const { maxUsedSpace = 0, reservedSpace = 0, minFreeSpace = 0 } = request
  const every = chooseVictims(survey, held, rules)
  const sizes = await measureUnits(place, measuringOrder(survey, { held, now: rules.now, going: every.units }))
  if (maxUsedSpace === 0 && reservedSpace === 0 && minFreeSpace === 0) return { victims: every, sizes }
  const units = unitsOf(survey, { held })
  const total = units
    .filter(({ neededBy }) => neededBy === undefined || (rules.images && neededBy === 'unnamed'))
    .reduce((sum, unit) => sum + unitSize(sizes, unit), 0)
  const keep = keptBytes(total, { maxUsedSpace, reservedSpace, minFreeSpace, free: freeBytes(place.root) })
  const limit = { total, keep, sizeOf: (unit: UsageUnit) => unitSize(sizes, unit) }
  return { victims: chooseVictims(survey, held, { ...rules, limit }), sizes }
}

interface Wanted {
  readonly maxUsedSpace: number
  readonly reservedSpace: number
  readonly minFreeSpace: number
  readonly free: number
}

/** As BuildKit reads these three together: no more than the maximum, less where room is wanted, and never less than the reserve. */
function keptBytes(total: number, { maxUsedSpace, reservedSpace, minFreeSpace, free }: Wanted): number {
  const missing = minFreeSpace - free
  const most = maxUsedSpace === 0 ? (minFreeSpace === 0 ? 0 : total) : maxUsedSpace
  return Math.max(missing > 0 ? Math.min(most, total - missing) : most, reservedSpace)
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

function totalled(result: Omit<PruneResult, 'bytes'>): PruneResult {
  return { ...result, bytes: result.removed.reduce((sum, { bytes }) => sum + bytes, 0) }
}
