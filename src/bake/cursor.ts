import { type Location, positionAt, SlipwayError, type Source } from '../core/index.ts'

/**
 * A place in a text that is being read. The text may be a string of a JSON file: then `origin` has the offset in the file of
 * each of its code units, and of its end.
 */
export interface Cursor {
  readonly source: Source
  readonly text: string
  readonly origin?: readonly number[]
  at: number
  /** How many expressions are open around this place. */
  depth: number
}

/** Deeper than anybody writes, and less than the stack holds. */
const deepest = 200

export function cursorOf(source: Source): Cursor {
  return { source, text: source.text, at: 0, depth: 0 }
}

/** The offset in the file of a place in the text. */
export function offsetOf({ origin }: Cursor, at: number): number {
  return origin === undefined ? at : (origin[Math.min(at, origin.length - 1)] ?? 0)
}

export function locate(cursor: Cursor, start: number, end = cursor.at): Location {
  return { source: cursor.source, span: { start: offsetOf(cursor, start), end: offsetOf(cursor, end) } }
}

/** Takes the text if it stands here. */
export function take(cursor: Cursor, text: string): boolean {
  if (!cursor.text.startsWith(text, cursor.at)) return false
  cursor.at += text.length
  return true
}

export function expect(cursor: Cursor, text: string, purpose: string): void {
  if (!take(cursor, text)) throw unexpected(cursor, `${text} is missing ${purpose}`)
}

/** An identifier: letters, digits, `_` and `-`, not a digit first. */
export function takeName(cursor: Cursor): string | undefined {
  const name = match(cursor, /[\p{ID_Start}_][\p{ID_Continue}-]*/uy)
  return name
}

/** Takes what a sticky expression finds here. */
export function match(cursor: Cursor, expression: RegExp): string | undefined {
  expression.lastIndex = cursor.at
  const found = expression.exec(cursor.text)?.[0]
  if (found === undefined) return undefined
  cursor.at += found.length
  return found
}

/** Blanks and comments on this line. */
export function skipBlanks(cursor: Cursor): void {
  skip(cursor, /(?:[ \t]|\/\*[^]*?\*\/)+/y)
}

/** Blanks, comments and ends of lines. */
export function skipLines(cursor: Cursor): void {
  skip(cursor, /(?:[ \t\r\n]|\/\*[^]*?\*\/|(?:#|\/\/)[^\n]*)+/y)
}

/** The rest of a line that holds nothing more, and its end. Throws when there is more. */
export function endLine(cursor: Cursor, after: string): void {
  skipBlanks(cursor)
  skip(cursor, /(?:#|\/\/)[^\n]*/y)
  if (cursor.at >= cursor.text.length || match(cursor, /\r?\n/y) !== undefined) return
  throw unexpected(cursor, `a new line is missing after ${after}`)
}

/** Reads something that may hold itself. */
export function nested<T>(cursor: Cursor, read: () => T): T {
  cursor.depth += 1
  if (cursor.depth > deepest) throw fault(`deeper than ${deepest} levels`, locate(cursor, cursor.at, cursor.at))
  const value = read()
  cursor.depth -= 1
  return value
}

/** An error at this place, which says what stands there. */
export function unexpected(cursor: Cursor, message: string): SlipwayError {
  const rest = /^(?:[\w.-]+|\r?\n|[^])/u.exec(cursor.text.slice(cursor.at, cursor.at + 40))?.[0]
  const there = rest === undefined ? 'the end' : /\n/.test(rest) ? 'the end of the line' : rest
  const end = cursor.at + (rest === undefined ? 0 : rest.length)
  return fault(`${message}: found ${there}`, locate(cursor, cursor.at, end))
}

/** What is wrong with a bake file, and where. */
export function fault(message: string, at: Location, hint?: string): SlipwayError {
  return new SlipwayError('config-invalid', message, { at: [at], ...(hint === undefined ? {} : { hint }) })
}

/** `line 3`, or `a.hcl:3` for a place in another file. */
export function lineOf(at: Location, from: Source): string {
  const { line } = positionAt(at.source, at.span.start)
  return at.source === from ? `line ${line}` : `${at.source.path}:${line}`
}

function skip(cursor: Cursor, expression: RegExp): void {
  match(cursor, expression)
}
