import type { BudgetVerdict, Offender } from '../analysis/index.ts'
import { paint, type Palette } from './palette.ts'
import { formatBytes } from './quantities.ts'
import { visibleText } from './visible-text.ts'

/** Offenders that are named; the rest is counted. */
const named = 3
/** Instructions can be pages long. */
const longestText = 60

/** One line: `disk 312MB exceeds 200MB: Dockerfile:9 COPY node_modules /app 190MB, …`. */
export function budgetLine(verdict: BudgetVerdict): string {
  const { budget, outcome, reason = '', offenders } = verdict
  if (outcome === 'skipped') return `${budget} was not judged: ${visibleText(reason)}`
  return outcome === 'met' ? metText(verdict) : `${exceededText(verdict)}${offendersText(offenders, verdict)}`
}

/** Every verdict with how it went. */
export function budgetLines(verdicts: readonly BudgetVerdict[], palette: Palette): readonly string[] {
  return verdicts.map((verdict) => {
    const { outcome, level } = verdict
    const word = outcome === 'exceeded' ? (level === 'fail' ? 'FAIL' : 'WARN') : outcome === 'met' ? 'PASS' : 'SKIP'
    const color = { FAIL: palette.error, WARN: palette.warning, PASS: palette.faint, SKIP: palette.faint }[word]
    return `${paint(color, word)} ${budgetLine(verdict)}`
  })
}

function metText({ budget, unit, actual = 0, limit = 0 }: BudgetVerdict): string {
  if (unit === 'state') return `${budget}: as it should be`
  return `${budget} ${amountText(actual, unit)}, ${unit === 'ratio' ? 'at least' : 'at most'} ${amountText(limit, unit)}`
}

function exceededText({ budget, unit, actual = 0, limit = 0, reason = '', before }: BudgetVerdict): string {
  if (unit === 'state') return `${budget}: ${visibleText(reason)}`
  // Numbers that would look the same are written out.
  const [has, may] = [amountText(actual, unit), amountText(limit, unit)]
  const [shownActual, shownLimit] = has === may ? [`${actual} bytes`, `${limit} bytes`] : [has, may]
  if (unit === 'ratio') return `${budget} ${actual.toFixed(4)} is less than ${limit}`
  const grown = before === undefined ? '' : ` (the reference has ${amountText(before, unit)})`
  return `${budget} ${shownActual} exceeds ${shownLimit}${grown}`
}

function offendersText(offenders: readonly Offender[], { unit }: BudgetVerdict): string {
  if (offenders.length === 0) return ''
  const rows = offenders.slice(0, named).map((offender) => offenderText(offender, unit))
  const rest = offenders.length - rows.length
  return `: ${[...rows, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ')}`
}

function offenderText({ line, text, amount }: Offender, unit: BudgetVerdict['unit']): string {
  const short = visibleText(text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text)
  const size = amount === undefined ? '' : ` ${amountText(amount, unit === 'ratio' ? 'bytes' : unit)}`
  return `${line === undefined ? '' : `${visibleText(line)} `}${short}${size}`
}

function amountText(amount: number, unit: BudgetVerdict['unit']): string {
  if (unit === 'bytes') return formatBytes(amount)
  return unit === 'ratio' ? amount.toFixed(4) : String(amount)
}
