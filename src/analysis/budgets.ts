/** Levels of vulnerabilities that can have a budget. */
export type BudgetSeverity = 'critical' | 'high' | 'medium' | 'low'

/** What an image may have. Absent is not limited. */
export interface Limits {
  /** Bytes, as docker counts them. */
  readonly disk?: number
  /** Bytes of the compressed layers. */
  readonly transfer?: number
  readonly layers?: number
  /** Bytes that later layers hide. */
  readonly wasted?: number
  /** As dive has it, 0 to 1: at least this. */
  readonly efficiency?: number
  readonly packages?: number
  /** Programs with the setuid or setgid bit. */
  readonly setuid?: number
  readonly user?: 'non-root'
  readonly shell?: 'absent'
  readonly secrets?: 'absent'
  readonly closure?: 'complete'
  /** Most vulnerabilities of each level. */
  readonly severities?: { readonly [Level in BudgetSeverity]?: number | undefined }
  /** Percent more than the reference has. */
  readonly growth?: {
    readonly disk?: number | undefined
    readonly transfer?: number | undefined
    readonly packages?: number | undefined
  }
}

/** What a settings file asks of images. */
export interface Budgets {
  /** What is over these is no image to ship. */
  readonly fail: Limits
  /** What is over these is worth a warning. */
  readonly warn: Limits
  /** The image that `growth` compares with. */
  readonly reference?: string
}

/** Something that used up a budget. */
export interface Offender {
  /** `Dockerfile:9`; absent where no line is known. */
  readonly line?: string
  /** The instruction, or what else made it. */
  readonly text: string
  /** In the unit of the budget; absent where there is none. */
  readonly amount?: number
}

export type BudgetUnit = 'bytes' | 'count' | 'ratio' | 'state'

/** How an image stands to one budget. */
export interface BudgetVerdict {
  /** `disk`, `severities.high`, `growth.disk`. */
  readonly budget: string
  readonly level: 'warn' | 'fail'
  readonly outcome: 'met' | 'exceeded' | 'skipped'
  readonly unit: BudgetUnit
  /** What the image has, and what it may have at most (for `ratio` at least); absent for states, and when skipped. */
  readonly actual?: number
  readonly limit?: number
  /** Why it was skipped, or what is wrong where no numbers say it. */
  readonly reason?: string
  /** For growth: what the reference has. */
  readonly before?: number
  /** Worst first; empty when met. */
  readonly offenders: readonly Offender[]
}

/** A figure with those who made it, or why nobody knows it. */
export type Evidence<Value> =
  | { readonly value: Value; readonly offenders: readonly Offender[] }
  | { readonly unknown: string }

/** What is known of an image. Asked for only where a budget wants it. */
export interface BudgetFacts {
  readonly disk: () => Evidence<number>
  readonly transfer: () => Evidence<number>
  readonly layers: () => Evidence<number>
  readonly wasted: () => Evidence<number>
  readonly efficiency: () => Evidence<number>
  readonly packages: () => Evidence<number>
  readonly setuid: () => Evidence<number>
  /** The state is bad when there are offenders; the value says what is wrong. */
  readonly user: () => Evidence<string>
  readonly shell: () => Evidence<string>
  readonly secrets: () => Evidence<string>
  readonly closure: () => Evidence<string>
  readonly severity: (level: BudgetSeverity) => Evidence<number>
  /** The same figure of the reference. */
  readonly before: (figure: GrowthFigure) => Evidence<number>
}

export type GrowthFigure = 'disk' | 'transfer' | 'packages'

const budgetSeverities = ['critical', 'high', 'medium', 'low'] as const satisfies readonly BudgetSeverity[]
const growthFigures = ['disk', 'transfer', 'packages'] as const
const figures = [
  ['disk', 'bytes'],
  ['transfer', 'bytes'],
  ['layers', 'count'],
  ['wasted', 'bytes'],
  ['efficiency', 'ratio'],
  ['packages', 'count'],
  ['setuid', 'count'],
] as const satisfies readonly (readonly [keyof Limits & keyof BudgetFacts, BudgetUnit])[]
const states = ['user', 'shell', 'secrets', 'closure'] as const

/** Whether anything at all is limited. */
export function hasLimits({ fail, warn }: Budgets): boolean {
  return [fail, warn].some((limits) => Object.values(limits).some((limit) => limit !== undefined))
}

/** Judges by every limit that is given; those that fail first, in the order in which docs/concepts/budgets.md has them. */
export function judgeBudgets({ fail, warn }: Budgets, facts: BudgetFacts): readonly BudgetVerdict[] {
  return [...judgeLimits(fail, 'fail', facts), ...judgeLimits(warn, 'warn', facts)]
}

type Level = BudgetVerdict['level']

function judgeLimits(limits: Limits, level: Level, facts: BudgetFacts): readonly BudgetVerdict[] {
  return [
    ...figures.flatMap(([budget, unit]) => {
      const limit = limits[budget]
      return limit === undefined ? [] : [judgeFigure(facts[budget](), { budget, level, unit, limit })]
    }),
    ...states.flatMap((budget) => (limits[budget] === undefined ? [] : [judgeState(facts[budget](), budget, level)])),
    ...budgetSeverities.flatMap((severity) => {
      const limit = limits.severities?.[severity]
      const budget = `severities.${severity}`
      return limit === undefined ? [] : [judgeFigure(facts.severity(severity), { budget, level, unit: 'count', limit })]
    }),
    ...growthFigures.flatMap((figure) => {
      const percent = limits.growth?.[figure]
      return percent === undefined ? [] : [judgeGrowth(facts, figure, { level, percent })]
    }),
  ]
}

interface Limited {
  readonly budget: string
  readonly level: Level
  readonly unit: BudgetUnit
  readonly limit: number
  readonly before?: number
}

function judgeFigure(evidence: Evidence<number>, limited: Limited): BudgetVerdict {
  if ('unknown' in evidence) return skipped(limited, evidence.unknown)
  const { value, offenders } = evidence
  const isMet = limited.unit === 'ratio' ? value >= limited.limit : value <= limited.limit
  return { ...limited, outcome: isMet ? 'met' : 'exceeded', actual: value, offenders: isMet ? [] : offenders }
}

function judgeState(evidence: Evidence<string>, budget: string, level: Level): BudgetVerdict {
  if ('unknown' in evidence) return skipped({ budget, level, unit: 'state' }, evidence.unknown)
  const { value, offenders } = evidence
  if (offenders.length === 0) return { budget, level, unit: 'state', outcome: 'met', offenders }
  return { budget, level, unit: 'state', outcome: 'exceeded', reason: value, offenders }
}

function judgeGrowth(
  facts: BudgetFacts,
  figure: GrowthFigure,
  { level, percent }: { readonly level: Level; readonly percent: number },
): BudgetVerdict {
  const unit = figure === 'packages' ? 'count' : 'bytes'
  const budget = `growth.${figure}`
  const reference = facts.before(figure)
  if ('unknown' in reference) return skipped({ budget, level, unit }, reference.unknown)
  const before = reference.value
  // Whole bytes and packages: 5 % more than 10 are 10.
  return judgeFigure(facts[figure](), { budget, level, unit, limit: Math.floor(before * (1 + percent / 100)), before })
}

function skipped(about: Pick<BudgetVerdict, 'budget' | 'level' | 'unit'>, reason: string): BudgetVerdict {
  return { ...about, outcome: 'skipped', reason, offenders: [] }
}
