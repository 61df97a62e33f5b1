import { isAlive, type Named } from '../../adapters/blob-store/index.ts'
import { readHeld } from '../../adapters/layer-store/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import { counted, formatBytes } from '../../report/index.ts'
import { chooseVictims, measuringOrder, type PruneRules } from './choose-victims.ts'
import { forgetLeftovers } from './forget-leftovers.ts'
import { measureUnits, type Sizes, unitSize } from './measure-stored.ts'
import { type Removing, removeVictims } from './remove-victims.ts'
import { openSizeLedger } from './size-ledger.ts'
import { surveyStore } from './survey.ts'
import { parseUsageFilters } from './usage-filter.ts'
import { unitsOf, type UsageUnit } from './usage-unit.ts'

/** Bytes that are about to be written. */
export interface ExpectedBytes {
  /** As many are sure to come. */
  readonly least: number
  /** As many may come. */
  readonly likely: number
}

/** Room in a store that may not grow beyond a size. */
export interface Room {
  /** Called before something is written. Rejects with `no-space` when the store would become too large. */
  make(expected?: ExpectedBytes): Promise<void>
  /** Called when all is written: removes what has become too much, if anything was written at all. */
  settle(): Promise<void>
}

export interface RoomOptions extends Removing {
  /** Bytes that the store may take. */
  readonly most: number
  now(): number
  /** For people. */
  readonly tell: (sentence: string) => void
}

const nothing: ExpectedBytes = { least: 0, likely: 0 }

/**
 * Keeps a store below a size: before something is written, what was used least recently is removed, as much as necessary and
 * nothing that images with a name or living processes need.
 */
export function createRoom(options: RoomOptions): Room {
  const ledger = openSizeLedger(options)
  const { most, tell } = options
  let last: Promise<unknown> = Promise.resolve()
  let isWritten = false
  const held = async ({ least, likely }: ExpectedBytes): Promise<void> => {
    if ((await ledger.total()) + likely <= most) return
    const { before, after, sizes, units, removed } = await makeRoom(options, most - likely)
    ledger.correct(sizes)
    if (removed > 0) {
      const what = `${counted(removed, 'thing')} with ${formatBytes(before - after)}`
      tell(
        `removed ${what} that ${removed === 1 ? 'was' : 'were'} not used for longest, to keep the store below ${formatBytes(most)}`,
      )
    }
    if (after + least > most) throw tooLarge(most, { after, least, sizes, units })
  }
  // Steps that begin together must not all count on the same room.
  const inTurn = (expected: ExpectedBytes): Promise<void> => {
    const done = last.then(() => held(expected))
    // Whoever asked is told; the next one is no worse off.
    last = done.catch(() => {})
    return done
  }
  return {
    make(expected = nothing) {
      isWritten = true
      return inTurn(expected)
    },
    async settle() {
      if (!isWritten) return
      await inTurn(nothing).catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)))
    },
  }
}

interface MadeRoom {
  /** Bytes in the whole store. */
  readonly before: number
  readonly after: number
  /** Of what is left. */
  readonly sizes: Sizes
  readonly units: readonly UsageUnit[]
  readonly removed: number
}

async function makeRoom({ now, ...place }: RoomOptions, keep: number): Promise<MadeRoom> {
  const { root } = place
  const documents = new Map<Digest, readonly Named[]>()
  const held = readHeld(root, isAlive)
  const survey = surveyStore(root, documents)
  const rules: PruneRules = { all: true, images: true, filter: parseUsageFilters([]), now: now() }
  const going = chooseVictims(survey, held, rules).units
  const sizes = await measureUnits(place, measuringOrder(survey, { held, now: rules.now, going }))
  const before = [...sizes].reduce((sum, [path, { bytes }]) => (path === 'tmp' ? sum : sum + bytes), 0)
  const limit = { total: before, keep, sizeOf: (unit: UsageUnit) => unitSize(sizes, unit) }
  const victims = chooseVictims(survey, held, { ...rules, limit })
  const gone = await removeVictims(place, victims, documents)
  forgetLeftovers(root, gone.units, 3_600_000)
  const paths = new Set(gone.units.flatMap((unit) => unit.paths))
  const freed = gone.units.reduce((sum, unit) => sum + unitSize(sizes, unit), 0)
  return {
    before,
    after: before - freed,
    sizes: new Map([...sizes].filter(([path]) => !paths.has(path))),
    units: unitsOf(survey, { held }).filter((unit) => !unit.paths.some((path) => paths.has(path))),
    removed: gone.units.length + gone.images.length,
  }
}

function tooLarge(
  most: number,
  { after, least, sizes, units }: Pick<MadeRoom, 'after' | 'sizes' | 'units'> & { readonly least: number },
): SlipwayError {
  const bytesOf = (some: readonly UsageUnit[]): number => some.reduce((sum, unit) => sum + unitSize(sizes, unit), 0)
  const ofImages = bytesOf(units.filter(({ neededBy }) => neededBy !== undefined))
  const inUse = bytesOf(units.filter(({ neededBy, inUse }) => neededBy === undefined && inUse))
  const more = least === 0 ? '' : `, ${formatBytes(least)} more are to come`
  return new SlipwayError(
    'no-space',
    `the store takes ${formatBytes(after)}${more}, and may not take more than ${formatBytes(most)}`,
    {
      notes: [
        `images need ${formatBytes(ofImages)}`,
        `builds that are running, this one included, use ${formatBytes(inUse)} beside that`,
      ],
      hint: 'remove images with slipway rm, or raise --cache-max-used-space (SLIPWAY_CACHE_MAX_USED_SPACE); slipway cache du says what takes how much',
    },
  )
}
