import type { Diagnostic, Source } from '../core/index.ts'
import { cleanPath, compilePattern } from './pattern.ts'

/** What an ignore file says. */
export interface IgnoreFile {
  /** The patterns in order, cleaned, `!` in front; faulty ones included. */
  readonly patterns: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a `.dockerignore`: one pattern on a line, `#` in the first column is a comment, blanks around a pattern and a
 * leading `/` do not count. A pattern that cannot be read gets a diagnostic `bad-ignore-pattern`.
 */
export function parseIgnore(source: Source): IgnoreFile {
  const patterns: string[] = []
  const diagnostics: Diagnostic[] = []
  let start = source.text.startsWith('\ufeff') ? 1 : 0
  for (const line of source.text.slice(start).split('\n')) {
    const pattern = line.startsWith('#') ? undefined : toPattern(line)
    if (pattern !== undefined) {
      patterns.push(pattern)
      const lead = line.length - line.trimStart().length
      const span = { start: start + lead, end: start + lead + line.trim().length }
      diagnostics.push(...diagnose(pattern, { source, span }))
    }
    start += line.length + 1
  }
  return { patterns, diagnostics }
}

/** The pattern of a line in its shortest form; undefined for an empty line. */
function toPattern(line: string): string | undefined {
  const trimmed = line.trim()
  if (trimmed === '') return undefined
  const negated = trimmed.startsWith('!')
  const path = negated ? trimmed.slice(1).trim() : trimmed
  const cleaned = path === '' ? '' : cleanPath(path)
  const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned
  return (negated ? '!' : '') + relative
}

function diagnose(pattern: string, at: Diagnostic['at']): readonly Diagnostic[] {
  const result = compilePattern(pattern)
  if (result === undefined || !('error' in result)) return []
  return [
    {
      code: 'bad-ignore-pattern',
      severity: 'error',
      message: result.error,
      at,
      related: [],
      ...(result.hint === undefined ? {} : { hint: result.hint }),
    },
  ]
}
