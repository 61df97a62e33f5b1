import type { Json } from '../core/index.ts'
import { renderTable, renderTemplate } from '../report/index.ts'

/** A row of a listing: docker's field names to texts. */
export type FormatRow = Readonly<Record<string, string>>

/**
 * Lines of a listing as `--format` asks for them: `json` gives an object per row, `table TEMPLATE` a table with docker's
 * headings, anything else is a template per row. Throws `usage` for templates that do not fit.
 */
export function formatRows(format: string, rows: readonly FormatRow[], headings: FormatRow): readonly string[] {
  if (format === 'json' || format === '{{json .}}') return rows.map((row) => JSON.stringify(sorted(row)))
  const template = unescaped(format)
  if (!/^table\s/.test(template)) return rows.map((row) => renderTemplate(template, row as Json))
  const cells = template.replace(/^table\s+/, '')
  const columns = renderTemplate(cells, headings as Json).split('\t')
  return renderTable(
    columns.map((title) => ({ title })),
    rows.map((row) => renderTemplate(cells, row as Json).split('\t')),
  )
}

/** Shells hand `\t` over as two characters, and docker reads them as one. */
function unescaped(format: string): string {
  return format.replaceAll('\\t', '\t').replaceAll('\\n', '\n')
}

function sorted(row: FormatRow): FormatRow {
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
}
