import type { ImageNeeds } from '../../adapters/blob-store/index.ts'
import type { Survey } from './survey.ts'
import type { UsageFilter } from './usage-filter.ts'
import { unitsOf, type UsageUnit } from './usage-unit.ts'

export interface PruneRules {
  /** Also what builds remember, records of steps whose layers images need, and compressed forms of those layers. */
  readonly all: boolean
  /** Also images without a name. */
  readonly images: boolean
  readonly filter: UsageFilter
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What may be removed, what goes first standing first. */
export interface Candidates {
  readonly images: readonly ImageNeeds[]
  readonly units: readonly UsageUnit[]
}

export interface Victims {
  /** Images without a name whose records go. */
  readonly images: readonly ImageNeeds[]
  /** What is removed with everything it consists of. */
  readonly units: readonly UsageUnit[]
  /** What stays, because an image needs it, but is forgotten as the layer of a step. */
  readonly forgotten: readonly UsageUnit[]
}

/** How much is to go: things are removed until no more than `keep` bytes of `total` are left. */
export interface SpaceLimit {
  readonly total: number
  readonly keep: number
  sizeOf(unit: UsageUnit): number
}

/**
 * Chooses what a prune removes: everything that may go, or with a limit no more than is needed for it. Without a name images
 * go last, the oldest first, and what only they needed with them.
 */
export function chooseVictims(
  survey: Survey,
  held: ReadonlySet<string>,
  { limit, ...rules }: PruneRules & { readonly limit?: SpaceLimit },
): Victims {
  const removable = rules.images ? removableImages(survey, held, rules) : []
  if (limit === undefined) return pick(unitsOf(survey, { held, without: new Set(removable) }), removable, rules)
  const dropped: ImageNeeds[] = []
  for (;;) {
    const units = unitsOf(survey, { held, without: new Set(dropped) })
    const { units: candidates } = pick(units, dropped, rules)
    const taken = takeUntil(candidates, limit)
    const next = removable[dropped.length]
    if (taken.isEnough || next === undefined) return { images: dropped, units: taken.units, forgotten: [] }
    dropped.push(next)
  }
}

/** Images without a name that nobody looks at, the oldest first. */
function removableImages(
  { images }: Survey,
  held: ReadonlySet<string>,
  { filter, now }: PruneRules,
): readonly ImageNeeds[] {
  if (filter.isNarrow) return []
  return images
    .filter(({ names, record, image }) => {
      const isOld = filter.unusedFor === undefined || image.stored <= now - filter.unusedFor
      return names.length === 0 && !held.has(record) && isOld
    })
    .sort((a, b) => a.image.stored - b.image.stored)
}

function pick(
  units: readonly UsageUnit[],
  images: readonly ImageNeeds[],
  { all, filter, now }: Omit<PruneRules, 'images'>,
): Victims {
  const matching = units.filter((unit) => {
    const isOld = filter.unusedFor === undefined || unit.used <= now - filter.unusedFor
    return !unit.inUse && isOld && filter.matches(unit)
  })
  const gone = matching.filter((unit) =>
    unit.neededBy === undefined ? all || unit.type !== 'internal' : all && unit.spare === true,
  )
  const forgotten = matching.filter(({ neededBy, spare, steps }) => {
    return all && neededBy !== undefined && spare !== true && steps.length > 0
  })
  return { images, units: inOrder(gone, now), forgotten }
}

function takeUntil(
  candidates: readonly UsageUnit[],
  { total, keep, sizeOf }: SpaceLimit,
): { readonly units: readonly UsageUnit[]; readonly isEnough: boolean } {
  let left = total
  const units: UsageUnit[] = []
  for (const unit of candidates) {
    if (left <= keep) break
    left -= sizeOf(unit)
    units.push(unit)
  }
  return { units, isEnough: left <= keep }
}

/** What is easily had again counts as unused after two days, as in BuildKit. */
const cheapAfter = 48 * 3_600_000

/**
 * In the order in which things are least missed: what nothing refers to; what can be fetched again and was not used for two
 * days; the rest by its last use; then what belongs to images. Steps of one build were used at the same time: the later one
 * goes first, because it stands on the earlier ones.
 */
function inOrder(units: readonly UsageUnit[], now: number): readonly UsageUnit[] {
  const rank = ({ type, steps, spare, used }: UsageUnit): number => {
    if (spare === true || type === 'internal' || type === 'source.local') return 3
    if (type === 'regular') return steps.length === 0 ? 0 : 2
    return used < now - cheapAfter ? 1 : 2
  }
  return [...units].sort(
    (a, b) => rank(a) - rank(b) || a.used - b.used || b.created - a.created || (a.id < b.id ? -1 : 1),
  )
}

/** What stays first, and of what is going the first one last: see `measureUnits`. */
export function measuringOrder(
  survey: Survey,
  {
    held,
    now,
    going,
  }: { readonly held: ReadonlySet<string>; readonly now: number; readonly going: readonly UsageUnit[] },
): readonly UsageUnit[] {
  const gone = new Set(going.map(({ id }) => id))
  const staying = unitsOf(survey, { held }).filter(({ id }) => !gone.has(id))
  return [
    ...staying.filter(isNeeded),
    ...inOrder(
      staying.filter((unit) => !isNeeded(unit)),
      now,
    ).toReversed(),
  ].concat(going.toReversed())
}

function isNeeded({ neededBy }: UsageUnit): boolean {
  return neededBy !== undefined
}
