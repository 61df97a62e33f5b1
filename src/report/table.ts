import { clipToWidth, displayWidth, padToWidth } from './display-width.ts'

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Cells at most; longer content is cut with `…`. */
  readonly max?: number
}

/** Rows under headings, three spaces between columns as docker prints them; lines have no trailing spaces. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column, at) => clipped(row[at] ?? '', column))),
  ]
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => displayWidth(row[at] ?? ''))))
  return cells.map((row) => alignRow(row, columns, widths).trimEnd())
}

function clipped(text: string, column: Column): string {
  return column.max === undefined ? text : clipToWidth(text, column.max)
}

function alignRow(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const aligned = row.map((text, at) => {
    const width = widths[at] ?? 0
    return columns[at]?.align === 'right' ? ' '.repeat(width - displayWidth(text)) + text : padToWidth(text, width)
  })
  return aligned.join('   ')
}
