import {
  type Cursor,
  expect,
  fault,
  locate,
  match,
  nested,
  offsetOf,
  skipBlanks,
  skipLines,
  take,
  takeName,
  unexpected,
} from './cursor.ts'
import { parseHeredoc, parseQuoted, type Readers } from './parse-template.ts'
import type { Expression, Shape } from './syntax.ts'

/** Whether an end of line ends the expression (`line`) or is a blank (`free`: within brackets and templates). */
export type Lines = 'line' | 'free'

/** Reads the expression that stands here, blanks before it included. */
export function parseExpression(cursor: Cursor, lines: Lines): Expression {
  return nested(cursor, () => {
    blanks(cursor, lines)
    const start = cursor.at
    const condition = readBinary(cursor, lines, 0)
    const end = cursor.at
    blanks(cursor, lines)
    if (!take(cursor, '?')) {
      cursor.at = end
      return condition
    }
    const yes = parseExpression(cursor, lines)
    blanks(cursor, lines)
    expect(cursor, ':', 'after ? and a value')
    const no = parseExpression(cursor, lines)
    return made(cursor, start, { kind: 'conditional', condition, yes, no })
  })
}

/** For what is inserted into templates. */
export const readers: Readers = {
  expression: (cursor) => parseExpression(cursor, 'free'),
  loop: parseLoopHead,
}

/** Blanks, and ends of lines where they mean nothing. */
function blanks(cursor: Cursor, lines: Lines): void {
  if (lines === 'line') skipBlanks(cursor)
  else skipLines(cursor)
}

// From the loosest to the tightest; operators of a level go from left to right.
const levels: readonly RegExp[] = [/\|\|/y, /&&/y, /==|!=/y, /<=|>=|<|>/y, /[+-]/y, /[*/%]/y]

function readBinary(cursor: Cursor, lines: Lines, level: number): Expression {
  const operators = levels[level]
  if (operators === undefined) return readUnary(cursor, lines)
  const start = cursor.at
  let left = readBinary(cursor, lines, level + 1)
  for (;;) {
    const end = cursor.at
    blanks(cursor, lines)
    const operator = match(cursor, operators)
    if (operator === undefined) {
      cursor.at = end
      return left
    }
    blanks(cursor, lines)
    const right = readBinary(cursor, lines, level + 1)
    left = made(cursor, start, { kind: 'binary', operator, left, right })
  }
}

function readUnary(cursor: Cursor, lines: Lines): Expression {
  const start = cursor.at
  const operator = match(cursor, /-|!(?!=)/y)
  if (operator === undefined) return readTraversal(cursor, lines)
  return nested(cursor, () => {
    blanks(cursor, lines)
    const operand = readUnary(cursor, lines)
    return made(cursor, start, { kind: 'unary', operator, operand })
  })
}

/** A term with what is taken out of it: `.name`, `.0`, `[index]`, `.*`, `[*]`. */
function readTraversal(cursor: Cursor, lines: Lines): Expression {
  const start = cursor.at
  return followed(cursor, { start, lines, inSplat: false }, readTerm(cursor, lines))
}

interface Steps {
  readonly start: number
  readonly lines: Lines
  /** After `.*` only members follow: an index is taken of what the splat has made. */
  readonly inSplat: boolean
}

function followed(cursor: Cursor, steps: Steps, first: Expression): Expression {
  const { start, lines, inSplat } = steps
  let term = first
  for (;;) {
    const before = cursor.at
    blanks(cursor, lines)
    if (match(cursor, /\.(?=[\s\d*_\p{ID_Start}])/uy) !== undefined) {
      blanks(cursor, lines)
      if (take(cursor, '*')) term = splat(cursor, { ...steps, inSplat: true }, term)
      else term = member(cursor, start, term)
    } else if (!inSplat && match(cursor, /\[[ \t]*\*[ \t]*\]/y) !== undefined) {
      term = splat(cursor, { ...steps, inSplat: false }, term)
    } else if (!inSplat && take(cursor, '[')) {
      const index = parseExpression(cursor, 'free')
      skipLines(cursor)
      expect(cursor, ']', 'after an index')
      term = made(cursor, start, { kind: 'index', of: term, index })
    } else {
      cursor.at = before
      return term
    }
  }
}

function member(cursor: Cursor, start: number, of: Expression): Expression {
  const at = cursor.at
  const digits = match(cursor, /\d+/y)
  if (digits !== undefined) {
    const index = made(cursor, at, { kind: 'literal', value: Number(digits) })
    return made(cursor, start, { kind: 'index', of, index })
  }
  const name = takeName(cursor)
  if (name === undefined) throw unexpected(cursor, 'a name is missing after the dot')
  return made(cursor, start, { kind: 'member', of, name })
}

/** What follows a splat is asked of each element. */
function splat(cursor: Cursor, steps: Steps, of: Expression): Expression {
  return nested(cursor, () => {
    // No name that can be written has a blank in it.
    const item = `each ${cursor.depth}`
    const each = followed(cursor, steps, made(cursor, steps.start, { kind: 'name', name: item }))
    return made(cursor, steps.start, { kind: 'splat', of, item, each })
  })
}

function readTerm(cursor: Cursor, lines: Lines): Expression {
  const start = cursor.at
  const first = cursor.text[cursor.at]
  if (first === '"') return made(cursor, start, { kind: 'template', parts: parseQuoted(cursor, readers) })
  if (first === '(') return parenthesized(cursor)
  if (first === '[') return readTuple(cursor)
  if (first === '{') return readObject(cursor)
  const heredoc = parseHeredoc(cursor, readers)
  if (heredoc !== undefined) return made(cursor, start, { kind: 'template', parts: heredoc })
  const number = match(cursor, /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  if (number !== undefined) return made(cursor, start, { kind: 'literal', value: Number(number) })
  const name = takeName(cursor)
  if (name === undefined) throw unexpected(cursor, 'a value is expected')
  const nameEnd = cursor.at
  blanks(cursor, lines)
  if (cursor.text[cursor.at] === '(') return readCall(cursor, start, { name, nameEnd })
  cursor.at = nameEnd
  if (name === 'null') return made(cursor, start, { kind: 'literal', value: null })
  if (name === 'true' || name === 'false') return made(cursor, start, { kind: 'literal', value: name === 'true' })
  return made(cursor, start, { kind: 'name', name })
}

function parenthesized(cursor: Cursor): Expression {
  const start = cursor.at
  cursor.at += 1
  const inner = parseExpression(cursor, 'free')
  skipLines(cursor)
  expect(cursor, ')', 'after a value in parentheses')
  return made(cursor, start, { kind: 'parentheses', inner })
}

function readCall(
  cursor: Cursor,
  start: number,
  { name, nameEnd }: { readonly name: string; readonly nameEnd: number },
): Expression {
  cursor.at += 1
  const items: Expression[] = []
  let spread = false
  for (;;) {
    skipLines(cursor)
    if (take(cursor, ')')) break
    items.push(parseExpression(cursor, 'free'))
    skipLines(cursor)
    spread = take(cursor, '...')
    skipLines(cursor)
    if (take(cursor, ')')) break
    if (spread) throw unexpected(cursor, ') is missing after ...')
    expect(cursor, ',', `between the arguments of ${name}`)
  }
  return made(cursor, start, { kind: 'call', name, nameAt: locate(cursor, start, nameEnd), arguments: items, spread })
}

function readTuple(cursor: Cursor): Expression {
  const start = cursor.at
  cursor.at += 1
  skipLines(cursor)
  if (match(cursor, /for(?=[\s])/y) !== undefined) return readFor(cursor, start, ']')
  const items: Expression[] = []
  for (;;) {
    skipLines(cursor)
    if (take(cursor, ']')) break
    items.push(parseExpression(cursor, 'free'))
    skipLines(cursor)
    if (take(cursor, ']')) break
    expect(cursor, ',', 'between the elements of a list')
  }
  return made(cursor, start, { kind: 'tuple', items })
}

/** Elements of an object end with a comma or with the line. */
function readObject(cursor: Cursor): Expression {
  const start = cursor.at
  cursor.at += 1
  skipLines(cursor)
  if (match(cursor, /for(?=[\s])/y) !== undefined && !isKey(cursor)) return readFor(cursor, start, '}')
  const items: { readonly key: Expression; readonly value: Expression }[] = []
  for (;;) {
    skipLines(cursor)
    if (take(cursor, '}')) break
    const key = readKey(cursor)
    skipBlanks(cursor)
    if (match(cursor, /=(?!=)|:/y) === undefined) throw unexpected(cursor, '= or : is missing after a key')
    items.push({ key, value: parseExpression(cursor, 'line') })
    skipBlanks(cursor)
    if (take(cursor, '}')) break
    if (take(cursor, ',')) continue
    if (match(cursor, /(?=\r?\n|#|\/\/)/y) === undefined)
      throw unexpected(cursor, 'a comma or a new line is missing between the elements of an object')
  }
  return made(cursor, start, { kind: 'object', items })
}

/** Whether `for` was the key of an element. */
function isKey(cursor: Cursor): boolean {
  if (!/^[ \t]*(?:=|:)/.test(cursor.text.slice(cursor.at, cursor.at + 200))) return false
  cursor.at -= 'for'.length
  return true
}

/** A name is its own key; to use a variable, it is put in parentheses. */
function readKey(cursor: Cursor): Expression {
  const start = cursor.at
  const name = takeName(cursor)
  if (name !== undefined && match(cursor, /(?=[ \t]*(?:=(?!=)|:))/y) !== undefined) {
    const offsets = Array.from({ length: name.length + 1 }, (_, index) => offsetOf(cursor, start + index))
    return made(cursor, start, { kind: 'template', parts: [{ kind: 'text', text: name, offsets }] })
  }
  cursor.at = start
  return parseExpression(cursor, 'line')
}

function readFor(cursor: Cursor, start: number, close: ']' | '}'): Expression {
  const loop = parseLoopHead(cursor)
  skipLines(cursor)
  expect(cursor, ':', 'after for … in and a value')
  const first = parseExpression(cursor, 'free')
  skipLines(cursor)
  const second = take(cursor, '=>') ? parseExpression(cursor, 'free') : undefined
  if ((second !== undefined) !== (close === '}'))
    throw fault(close === '}' ? 'a for in braces needs a key: key => value' : 'a for in brackets has no key', first.at)
  skipLines(cursor)
  const grouped = close === '}' && take(cursor, '...')
  skipLines(cursor)
  const filter = match(cursor, /if(?![\w-])/y) === undefined ? undefined : parseExpression(cursor, 'free')
  skipLines(cursor)
  expect(cursor, close, 'after a for')
  return made(cursor, start, {
    kind: 'for',
    ...loop,
    ...(second === undefined ? { value: first } : { key: first, value: second }),
    ...(filter === undefined ? {} : { filter }),
    grouped,
  })
}

/** `name, name in value`, after the word `for`. */
function parseLoopHead(cursor: Cursor): {
  readonly keyName?: string
  readonly valueName: string
  readonly collection: Expression
} {
  const name = (): string => {
    skipLines(cursor)
    const found = takeName(cursor)
    if (found === undefined) throw unexpected(cursor, 'a name is missing after for')
    return found
  }
  const first = name()
  skipLines(cursor)
  const second = take(cursor, ',') ? name() : undefined
  skipLines(cursor)
  if (match(cursor, /in(?![\w-])/y) === undefined) throw unexpected(cursor, 'in is missing after the names of for')
  const collection = parseExpression(cursor, 'free')
  return second === undefined ? { valueName: first, collection } : { keyName: first, valueName: second, collection }
}

function made(cursor: Cursor, start: number, shape: Shape): Expression {
  return { ...shape, at: locate(cursor, start) }
}
