import type { DiveFigures } from './dive-figures.ts'

/** Thresholds as a `.dive-ci` has them; undefined for a rule that is off. */
export interface DiveRules {
  readonly lowestEfficiency: number | undefined
  /** Bytes. */
  readonly highestWastedBytes: number | undefined
  readonly highestUserWastedPercent: number | undefined
}

/** What dive takes where nothing else is said. */
export const defaultDiveRules: DiveRules = {
  lowestEfficiency: 0.9,
  highestWastedBytes: undefined,
  highestUserWastedPercent: 0.1,
}

/** How one rule has gone. */
export interface DiveVerdict {
  readonly rule: keyof DiveRules
  readonly outcome: 'pass' | 'fail' | 'skip'
  /** The figure and the limit. */
  readonly message: string
}

/** Judges figures by the rules, in dive's order. */
export function judgeDive(figures: DiveFigures, rules: DiveRules): readonly DiveVerdict[] {
  const { efficiency, wastedBytes, userWastedPercent } = figures
  return [
    verdict('lowestEfficiency', rules, (limit) => [
      efficiency >= limit,
      `efficiency ${efficiency.toFixed(4)}, at least ${limit}`,
    ]),
    verdict('highestWastedBytes', rules, (limit) => [
      wastedBytes <= limit,
      `${wastedBytes} wasted bytes, at most ${limit}`,
    ]),
    verdict('highestUserWastedPercent', rules, (limit) => [
      userWastedPercent <= limit,
      `${userWastedPercent.toFixed(4)} of the bytes above the lowest layer wasted, at most ${limit}`,
    ]),
  ]
}

function verdict(
  rule: keyof DiveRules,
  rules: DiveRules,
  judge: (limit: number) => readonly [boolean, string],
): DiveVerdict {
  const limit = rules[rule]
  if (limit === undefined) return { rule, outcome: 'skip', message: 'not asked for' }
  const [isGood, message] = judge(limit)
  return { rule, outcome: isGood ? 'pass' : 'fail', message }
}
