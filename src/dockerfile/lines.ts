import type { Span } from '../core/index.ts'
import type { LogicalText } from './ast.ts'
import { logicalText } from './logical-text.ts'
import { leadingSpaces } from './spaces.ts'

/** A physical line: `end` is before its line break (and any carriage returns there), `next` behind it. */
export interface Line {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** An instruction's line with its continuations joined. */
export interface JoinedLine {
  readonly text: LogicalText
  readonly next: number
  /** The first line without text between continued lines. */
  readonly emptyLine?: Span
  /** The last line that was read, even if it is a comment or empty. */
  readonly lastLine: Span
}

export function lineAt(text: string, start: number): Line {
  const newline = text.indexOf('\n', start)
  const next = newline < 0 ? text.length : newline + 1
  let end = newline < 0 ? text.length : newline
  while (end > start && text.charAt(end - 1) === '\r') end -= 1
  return { start, end, next }
}

/** The offset of the first character of the line that is not white space. */
export function contentStart(text: string, line: Line): number {
  return line.start + leadingSpaces(text.slice(line.start, line.end))
}

export function isCommentLine(text: string, line: Line): boolean {
  return text.charAt(contentStart(text, line)) === '#' && contentStart(text, line) < line.end
}

/**
 * Joins the line with those that continue it. The escape character and blanks behind it go; blanks before the text of
 * the next line stay. Comment lines and empty lines in between go. The end of the text ends a continuation.
 */
export function joinLines(text: string, first: Line, escape: string): JoinedLine {
  const ranges: Span[] = []
  let emptyLine: Span | undefined
  let line: Line = { ...first, start: contentStart(text, first) }
  let cut = continuationAt(text, line, escape)
  ranges.push({ start: line.start, end: cut ?? line.end })
  while (cut !== undefined && line.next < text.length) {
    line = lineAt(text, line.next)
    if (isCommentLine(text, line)) continue
    if (contentStart(text, line) >= line.end) {
      emptyLine ??= { start: line.start, end: line.end }
      continue
    }
    cut = continuationAt(text, line, escape)
    ranges.push({ start: line.start, end: cut ?? line.end })
  }
  const lastLine = { start: line.start, end: line.end }
  return {
    text: logicalText(text, ranges),
    next: line.next,
    lastLine,
    ...(emptyLine === undefined ? {} : { emptyLine }),
  }
}

/** Where the escape character stands that continues the line. A doubled one does not continue it. */
function continuationAt(text: string, line: Line, escape: string): number | undefined {
  let end = line.end
  while (end > line.start && (text.charAt(end - 1) === ' ' || text.charAt(end - 1) === '\t')) end -= 1
  const at = end - 1
  if (at < line.start || text.charAt(at) !== escape) return undefined
  return at > line.start && text.charAt(at - 1) === escape ? undefined : at
}
