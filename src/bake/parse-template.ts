import { type Cursor, expect, fault, locate, match, nested, offsetOf, skipLines, take, unexpected } from './cursor.ts'
import { nestParts } from './nest-parts.ts'
import type { Expression, FlatPart, ForLoop, TemplatePart, TextPart } from './syntax.ts'

/** How what is inserted is read. */
export interface Readers {
  readonly expression: (cursor: Cursor) => Expression
  /** What follows the word `for`. */
  readonly loop: (cursor: Cursor) => ForLoop
}

/** Reads a text in quotes: escapes, `${…}` and `%{…}`. */
export function parseQuoted(cursor: Cursor, readers: Readers): readonly TemplatePart[] {
  const start = cursor.at
  cursor.at += 1
  return readParts(cursor, {
    readers,
    piece: () => {
      if (match(cursor, /(?=[\r\n]|$)/y) !== undefined)
        throw fault('the text is not ended by a quotation mark on its line', locate(cursor, start))
      return match(cursor, /"/y) === undefined ? readEscaped(cursor) : undefined
    },
  })
}

/** Reads the whole text as a template, as strings of JSON files are. */
export function parseWhole(cursor: Cursor, readers: Readers): readonly TemplatePart[] {
  return readParts(cursor, {
    readers,
    piece: () => (cursor.at >= cursor.text.length ? undefined : readPlain(cursor, /[^$%]+|[$%]/y)),
  })
}

/** Reads `<<WORD` or `<<-WORD`, if it stands here, up to the line that is WORD; the end of that line stays. */
export function parseHeredoc(cursor: Cursor, readers: Readers): readonly TemplatePart[] | undefined {
  const start = cursor.at
  const head = match(cursor, /<<-?[\p{ID_Start}_][\p{ID_Continue}-]*\r?\n/uy)
  if (head === undefined) return undefined
  const flush = head[2] === '-'
  const word = head.slice(flush ? 3 : 2).trimEnd()
  const at = locate(cursor, start)
  const piece = (): TextPart | undefined => {
    if (cursor.at >= cursor.text.length) throw fault(`the text is not ended by a line ${word}`, at)
    if (cursor.text[cursor.at - 1] === '\n' && match(cursor, endOf(word)) !== undefined) return undefined
    return readPlain(cursor, /[^$%\n]+\n?|\n|[$%]/y)
  }
  return readParts(cursor, { readers, piece, flush })
}

/** A line that is nothing but the word. */
function endOf(word: string): RegExp {
  return new RegExp(`[ \\t]*${word.replace(/[^\p{ID_Continue}]/gu, '\\$&')}(?=[ \\t]*(?:\\r?\\n|$))`, 'uy')
}

interface Reading {
  readonly readers: Readers
  /** The next text; undefined at the end of the template. */
  readonly piece: () => TextPart | undefined
  /** Indentation that all lines have is no part of the text. */
  readonly flush?: boolean
}

function readParts(cursor: Cursor, { readers, piece, flush = false }: Reading): readonly TemplatePart[] {
  const parts: FlatPart[] = []
  let trimNext = false
  for (;;) {
    const opening = match(cursor, /[$%]\{~?/y)
    if (opening === undefined) {
      const text = piece()
      if (text === undefined) break
      const last = parts.at(-1)
      // A line of a heredoc is one piece, as far as nothing is put into it.
      const whole = last?.kind === 'text' && !last.text.endsWith('\n') ? joined(last, text) : text
      if (whole !== text) parts.pop()
      parts.push(trimNext ? trimmedStart(whole) : whole)
      trimNext = trimNext && whole !== text
      continue
    }
    if (opening.endsWith('~')) trimLast(parts)
    parts.push(nested(cursor, () => readInserted(cursor, opening, readers)))
    trimNext = cursor.text[cursor.at - 2] === '~'
  }
  return nestParts(flush ? withoutIndentation(parts) : parts, cursor)
}

function readInserted(cursor: Cursor, opening: string, readers: Readers): FlatPart {
  const start = cursor.at - opening.length
  skipLines(cursor)
  const part: FlatPart = opening.startsWith('$')
    ? { kind: 'value', value: readers.expression(cursor) }
    : readControl(cursor, start, readers)
  skipLines(cursor)
  take(cursor, '~')
  expect(cursor, '}', `after ${opening[0]}{ and what is in it`)
  return part
}

function readControl(cursor: Cursor, start: number, readers: Readers): FlatPart {
  const word = match(cursor, /(?:if|else|endif|for|endfor)(?![\w-])/y)
  switch (word) {
    case 'if':
      return { kind: 'if', condition: readers.expression(cursor), at: locate(cursor, start) }
    case 'for':
      return { kind: 'for', ...readers.loop(cursor), at: locate(cursor, start) }
    case 'else':
    case 'endif':
    case 'endfor':
      return { kind: word, at: locate(cursor, start) }
    default:
      throw unexpected(cursor, 'after %{ comes if, else, endif, for or endfor')
  }
}

/** Text without escapes of letters: only `$${` and `%%{`. */
function readPlain(cursor: Cursor, piece: RegExp): TextPart {
  const doubled = readDoubled(cursor)
  if (doubled !== undefined) return doubled
  const start = cursor.at
  const text = match(cursor, piece)
  if (text === undefined) throw unexpected(cursor, 'no text')
  return { kind: 'text', text, offsets: offsets(cursor, start) }
}

function readEscaped(cursor: Cursor): TextPart {
  const start = cursor.at
  const escape = match(cursor, /\\(?:u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^])/y)
  if (escape === undefined) return readPlain(cursor, /[^$%"\\\r\n]+|[$%]/y)
  const text = unescaped(escape)
  if (text === undefined)
    throw fault(`there is no escape ${escape}`, locate(cursor, start), 'a backslash is written \\\\')
  const first = offsetOf(cursor, start)
  return {
    kind: 'text',
    text,
    offsets: [...Array.from({ length: text.length }, () => first), offsetOf(cursor, cursor.at)],
  }
}

function unescaped(escape: string): string | undefined {
  const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }
  if (escape.length === 2) return simple[escape[1] ?? '']
  const code = Number.parseInt(escape.slice(2), 16)
  return code > 0x10ffff ? undefined : String.fromCodePoint(code)
}

/** `$${` is `${`. */
function readDoubled(cursor: Cursor): TextPart | undefined {
  const start = cursor.at
  const doubled = match(cursor, /\$\$\{|%%\{/y)
  if (doubled === undefined) return undefined
  const place = (at: number): number => offsetOf(cursor, at)
  return { kind: 'text', text: doubled.slice(1), offsets: [place(start), place(start + 2), place(start + 3)] }
}

function offsets(cursor: Cursor, start: number): readonly number[] {
  return Array.from({ length: cursor.at - start + 1 }, (_, index) => offsetOf(cursor, start + index))
}

function joined(before: TextPart, after: TextPart): TextPart {
  return { ...before, text: before.text + after.text, offsets: [...before.offsets.slice(0, -1), ...after.offsets] }
}

function trimmedStart(part: TextPart): TextPart {
  return cutStart(part, part.text.length - part.text.trimStart().length)
}

function cutStart(part: TextPart, length: number): TextPart {
  return { ...part, text: part.text.slice(length), offsets: part.offsets.slice(length) }
}

function trimLast(parts: FlatPart[]): void {
  const last = parts.at(-1)
  if (last?.kind !== 'text') return
  const text = last.text.trimEnd()
  parts[parts.length - 1] = { ...last, text, offsets: last.offsets.slice(0, text.length + 1) }
}

/** Takes the indentation that all lines have from each; blank lines do not count, and stay as they are. */
function withoutIndentation(parts: readonly FlatPart[]): readonly FlatPart[] {
  const starts = parts.map((_, index) => {
    const before = parts[index - 1]
    return before === undefined || (before.kind === 'text' && before.text.endsWith('\n'))
  })
  const isBlank = ({ text }: TextPart): boolean => text.trim() === '' && text.endsWith('\n')
  const indents = parts.flatMap((part, index) => {
    if (starts[index] !== true) return []
    if (part.kind !== 'text') return [0]
    return isBlank(part) ? [] : [part.text.length - part.text.trimStart().length]
  })
  const least = indents.reduce((low, indent) => Math.min(low, indent), Number.POSITIVE_INFINITY)
  if (least === Number.POSITIVE_INFINITY || least === 0) return parts
  return parts.map((part, index) =>
    starts[index] === true && part.kind === 'text' && !isBlank(part) ? cutStart(part, least) : part,
  )
}
