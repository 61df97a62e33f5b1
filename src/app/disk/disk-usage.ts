import { isAlive } from '../../adapters/blob-store/index.ts'
import { readHeld } from '../../adapters/layer-store/index.ts'
import type { Session } from '../session.ts'
import { chooseVictims, measuringOrder, type PruneRules } from './choose-victims.ts'
import type { Measured } from './measure-paths.ts'
import { measureUnits, type Sizes, unitSize } from './measure-stored.ts'
import { surveyStore } from './survey.ts'
import { parseUsageFilters } from './usage-filter.ts'
import type { UsageUnit } from './usage-unit.ts'

/** A kind of what a store holds. */
export interface KindUsage {
  readonly kind: string
  readonly count: number
  /** How many of them living processes use. */
  readonly inUse: number
  readonly bytes: number
  /** What `slipway cache prune` would free of it. */
  readonly reclaimable: number
}

export interface DiskUsage {
  readonly root: string
  readonly kinds: readonly KindUsage[]
  /** What the root and everything below it takes: bytes that several things share are counted once. */
  readonly bytes: number
  readonly reclaimable: number
}

export interface MeasuredUnit {
  readonly unit: UsageUnit
  /** Files with several names count for the unit that would be kept longest. */
  readonly bytes: number
}

/** What occupies the store, by kind; with filters only what passes them. Throws `usage` for filters. */
export async function diskUsage(session: Session, filters: readonly string[]): Promise<DiskUsage> {
  const { units, sizes } = await measuredUnits(session, filters)
  const parts = units.flatMap((unit) => unit.paths.map((path) => ({ unit, path, bytes: sizes.get(path)?.bytes ?? 0 })))
  const groups = kinds.map(({ kind, has }) => {
    const own = parts.filter((part) => has(part))
    return {
      kind,
      count: own.length,
      inUse: own.filter(({ unit }) => unit.inUse).length,
      bytes: sumOf(own),
      reclaimable: sumOf(own.filter(({ unit }) => isReclaimable(unit))),
    }
  })
  const fixed = [
    single('Logs', sizes.get('logs')),
    single('Temporary files', sizes.get('tmp')),
    single('Records', sizes.get('')),
  ]
  const all = [...groups, ...(filters.length === 0 ? fixed : [])]
  return {
    root: session.root,
    kinds: all,
    bytes: sumOf(all),
    reclaimable: all.reduce((sum, { reclaimable }) => sum + reclaimable, 0),
  }
}

/** What `slipway cache ls` lists. Throws `usage` for filters. */
export async function listUsage(session: Session, filters: readonly string[]): Promise<readonly MeasuredUnit[]> {
  const { units, sizes } = await measuredUnits(session, filters)
  return units.map((unit) => ({ unit, bytes: unitSize(sizes, unit) }))
}

/** Whether a prune without options frees it. */
export function isReclaimable({ neededBy, inUse, type }: UsageUnit): boolean {
  return neededBy === undefined && !inUse && type !== 'internal'
}

/** All units that pass the filters, in the order of their last use, and the sizes of everything in the store. */
async function measuredUnits(
  session: Session,
  filters: readonly string[],
): Promise<{ readonly units: readonly UsageUnit[]; readonly sizes: Sizes }> {
  const { root } = session
  const held = readHeld(root, isAlive)
  const survey = surveyStore(root)
  const filter = parseUsageFilters(filters)
  const rules: PruneRules = { all: false, images: false, filter: parseUsageFilters([]), now: session.now() }
  const units = measuringOrder(survey, { held, now: rules.now, going: chooseVictims(survey, held, rules).units })
  const sizes = await measureUnits(session, units)
  const since = filter.unusedFor === undefined ? Number.POSITIVE_INFINITY : rules.now - filter.unusedFor
  return { units: units.filter((unit) => filter.matches(unit) && unit.used <= since), sizes }
}

interface UsagePart {
  readonly unit: UsageUnit
  readonly path: string
}

const isLayer = ({ path }: UsagePart): boolean => path.startsWith('layers/')

const kinds: readonly { readonly kind: string; has(part: UsagePart): boolean }[] = [
  { kind: 'Layers of images', has: (part) => isLayer(part) && part.unit.neededBy === 'named' },
  { kind: 'Layers of images without name', has: (part) => isLayer(part) && part.unit.neededBy === 'unnamed' },
  { kind: 'Layers of the cache', has: (part) => isLayer(part) && part.unit.neededBy === undefined },
  { kind: 'Blobs', has: ({ path }) => path.startsWith('blobs/') },
  { kind: 'Cache mounts', has: ({ unit }) => unit.type === 'exec.cachemount' },
  { kind: 'Sources', has: ({ unit }) => unit.type.startsWith('source.') },
  { kind: 'Listings and traces', has: ({ unit }) => unit.type === 'internal' },
]

function single(kind: string, { bytes, nodes }: Measured = { bytes: 0, nodes: 0 }): KindUsage {
  return { kind, count: nodes, inUse: 0, bytes, reclaimable: 0 }
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0)
}
