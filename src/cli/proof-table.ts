import type { Proof } from '../app/index.ts'
import { formatBytes, renderTable } from '../report/index.ts'

const columns = ['FIX', 'CLAIM', 'BEFORE', 'AFTER', 'VERDICT'].map((title) => ({
  title,
  max: title === 'FIX' ? 60 : 70,
}))

/** What builds have shown of each claim; lines without a final line feed. */
export function proofTable(proofs: readonly Proof[]): readonly string[] {
  const rows = proofs
    .toSorted((a, b) => a.fix.place - b.fix.place || (a.fix.name < b.fix.name ? -1 : a.fix.name > b.fix.name ? 1 : 0))
    .map(({ fix, claim, before, after, unit, holds }) => [
      `${fix.finding.code}: ${fix.fix.title}`,
      claim,
      amount(before, unit),
      amount(after, unit),
      holds ? 'proven' : 'withdrawn',
    ])
  return rows.length === 0 ? [] : renderTable(columns, rows)
}

function amount(value: string | number, unit: Proof['unit']): string {
  if (typeof value === 'string') return value
  return unit === 'bytes' ? `${formatBytes(value)} (${value} bytes)` : `${value} ${unit ?? ''}`.trim()
}
