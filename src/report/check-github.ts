import { allFindings, type CheckedFinding, type CheckResult } from './check-result.ts'
import { lineColumns } from './check-json.ts'
import { visibleLines } from './visible-text.ts'

const kinds = { error: 'error', warning: 'warning', info: 'notice' } as const

/** Findings as commands of a GitHub workflow, which shows them at their lines. Lines without a final line feed. */
export function githubLines(result: CheckResult): string[] {
  return [
    ...allFindings(result).map(annotation),
    ...result.problems.map(({ path, message, code }) => command('error', { file: path, title: code }, message)),
  ]
}

function annotation({ code, severity, message, hint, at }: CheckedFinding): string {
  const { line, column, endLine, endColumn } = lineColumns(at)
  // Columns count only where a place stays on one line; the last one is inclusive.
  const columns = line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {}
  const place = { file: at.source.path, line, endLine, ...columns, title: code }
  return command(kinds[severity], place, hint === undefined ? message : `${message}\n${hint}`)
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${name} ${written.join(',')}::${data(message)}`
}

function data(text: string): string {
  return visibleLines(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
