import type { CompareVersions } from '../versions/index.ts'
import type { RangeEvent } from './osv-record.ts'

/** The versions of a package that a vulnerability is in. */
export interface AffectedVersions {
  /** The events of each range, in the order of their versions. */
  readonly ranges: readonly (readonly RangeEvent[])[]
  /** Those outside all ranges. */
  readonly versions: readonly string[]
}

/** Whether a version is affected, and by which version it is repaired. */
export type Affection = { readonly affected: false } | { readonly affected: true; readonly fixed?: string }

/** Puts the events of a range into the order in which `affectionOf` reads them: 0 is older than any version. */
export function sortEvents(events: readonly RangeEvent[], compare: CompareVersions): readonly RangeEvent[] {
  return [...events].sort((a, b) => compareBounds(a.version, b.version, compare) || places[a.kind] - places[b.kind])
}

const places: Readonly<Record<RangeEvent['kind'], number>> = { limit: 0, fixed: 1, introduced: 2, last_affected: 3 }

/** Evaluates as the OSV schema says: a version is affected when it is listed or in one of the ranges. */
export function affectionOf(
  version: string,
  { ranges, versions }: AffectedVersions,
  compare: CompareVersions,
): Affection {
  for (const events of ranges) {
    if (isInRange(version, events, compare)) {
      const fixed = events.find((event) => event.kind === 'fixed' && compare(version, event.version) < 0)
      return { affected: true, ...(fixed === undefined ? {} : { fixed: fixed.version }) }
    }
  }
  return { affected: versions.includes(version) }
}

/** Whether a version is between the events, which are sorted. */
export function isInRange(version: string, events: readonly RangeEvent[], compare: CompareVersions): boolean {
  const ends = events.filter(({ kind }) => kind === 'limit')
  if (ends.length > 0 && !ends.some((end) => end.version === '*' || compare(version, end.version) < 0)) return false
  let affected = false
  for (const event of events) {
    const order = event.version === '0' ? 1 : compare(version, event.version)
    if (event.kind === 'introduced' && order >= 0) affected = true
    if (event.kind === 'fixed' && order >= 0) affected = false
    if (event.kind === 'last_affected' && order > 0) affected = false
  }
  return affected
}

function compareBounds(a: string, b: string, compare: CompareVersions): number {
  if (a === b) return 0
  if (a === '0' || b === '*') return -1
  if (b === '0' || a === '*') return 1
  return compare(a, b)
}
