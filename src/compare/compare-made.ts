import type { MadeBytes, Maker } from './image-facts.ts'
import { instructionText } from './instruction-text.ts'

/** A line with what it makes of either image. */
export interface LineGrowth extends Maker {
  /** The instruction of before, where the same place has another one now. */
  readonly formerly?: string
  /** Bytes of the files that the earlier and the later image show. */
  readonly before: number
  readonly after: number
}

/**
 * The lines by which the files of two images differ in size, by growth. Lines belong together that have the same text in the
 * same stage, then those of one line number with the same kind of instruction, since a line is often edited in its place. What the file is called does not count: checkouts lie elsewhere.
 */
export function compareMade(before: readonly MadeBytes[], after: readonly MadeBytes[]): readonly LineGrowth[] {
  const left = new Set(before)
  const taken = new Map<MadeBytes, MadeBytes>()
  for (const keyOf of [textKey, lineKey]) {
    for (const now of after) {
      const key = taken.has(now) ? undefined : keyOf(now)
      const old = key === undefined ? undefined : [...left].find((one) => keyOf(one) === key)
      if (old === undefined) continue
      taken.set(now, old)
      left.delete(old)
    }
  }
  return [...after.map((now) => growthOf(now, taken.get(now))), ...[...left].map((old) => goneOf(old))]
    .filter((one) => one.before !== one.after)
    .sort((a, b) => b.after - b.before - (a.after - a.before))
}

function textKey({ stage, instruction }: Maker): string {
  return JSON.stringify([stage, instructionText(instruction)])
}

function lineKey({ stage, line, instruction }: Maker): string | undefined {
  return line === undefined ? undefined : JSON.stringify([stage, line, instructionText(instruction).split(' ')[0]])
}

function growthOf({ bytes, ...maker }: MadeBytes, old: MadeBytes | undefined): LineGrowth {
  const instruction = instructionText(maker.instruction)
  const former = old === undefined ? instruction : instructionText(old.instruction)
  const changed = former === instruction ? {} : { formerly: former }
  return { ...maker, instruction, ...changed, before: old?.bytes ?? 0, after: bytes }
}

function goneOf({ bytes, ...maker }: MadeBytes): LineGrowth {
  return { ...maker, instruction: instructionText(maker.instruction), before: bytes, after: 0 }
}
