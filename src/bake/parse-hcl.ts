import type { Location, Source } from '../core/index.ts'
import {
  type Cursor,
  cursorOf,
  endLine,
  expect,
  fault,
  lineOf,
  locate,
  match,
  nested,
  skipBlanks,
  skipLines,
  take,
  takeName,
  unexpected,
} from './cursor.ts'
import { parseExpression, readers } from './parse-expression.ts'
import { parseQuoted } from './parse-template.ts'
import type { Attribute, Block, Body } from './syntax.ts'

/** Reads HCL in its native syntax. Throws `config-invalid` with the place. */
export function parseHcl(source: Source): Body {
  const cursor = cursorOf(source)
  take(cursor, '\uFEFF')
  const body = readBody(cursor)
  if (cursor.at < cursor.text.length) throw unexpected(cursor, 'an attribute or a block is expected')
  return body
}

/** Up to what is neither an attribute nor a block. */
function readBody(cursor: Cursor): Body {
  const attributes: Attribute[] = []
  const blocks: Block[] = []
  for (;;) {
    skipLines(cursor)
    const start = cursor.at
    const name = takeName(cursor)
    if (name === undefined) return { attributes, blocks }
    const nameAt = locate(cursor, start)
    skipBlanks(cursor)
    if (cursor.text[cursor.at] === '=' && cursor.text[cursor.at + 1] !== '=') {
      cursor.at += 1
      attributes.push(oneMore(attributes, { name, nameAt, value: parseExpression(cursor, 'line') }))
      endLine(cursor, `the value of ${name}`)
    } else {
      blocks.push(readBlock(cursor, name, nameAt))
    }
  }
}

function readBlock(cursor: Cursor, type: string, typeAt: Location): Block {
  const labels: { readonly text: string; readonly at: Location }[] = []
  for (;;) {
    skipBlanks(cursor)
    const start = cursor.at
    const text = cursor.text[cursor.at] === '"' ? plainText(cursor) : takeName(cursor)
    if (text === undefined) break
    labels.push({ text, at: locate(cursor, start) })
  }
  expect(cursor, '{', `after ${type}, or = for an attribute`)
  const body = nested(cursor, () => {
    skipBlanks(cursor)
    if (match(cursor, /(?=[^\r\n#/}])/y) !== undefined) return oneLine(cursor)
    const inner = readBody(cursor)
    if (!take(cursor, '}'))
      throw unexpected(cursor, `} is missing after the block ${type} of ${lineOf(typeAt, cursor.source)}`)
    return inner
  })
  endLine(cursor, `the block ${type}`)
  return { type, typeAt, labels, body }
}

/** `variable "A" { default = 1 }`: one attribute at most. */
function oneLine(cursor: Cursor): Body {
  const start = cursor.at
  const name = takeName(cursor)
  if (name === undefined) throw unexpected(cursor, 'an attribute is expected')
  const nameAt = locate(cursor, start)
  skipBlanks(cursor)
  expect(cursor, '=', `after ${name}`)
  const value = parseExpression(cursor, 'line')
  skipBlanks(cursor)
  expect(cursor, '}', 'after the one attribute that a block on one line can have')
  return { attributes: [{ name, nameAt, value }], blocks: [] }
}

function plainText(cursor: Cursor): string {
  const start = cursor.at
  const parts = parseQuoted(cursor, readers)
  if (parts.some(({ kind }) => kind !== 'text')) throw fault('a label cannot be computed', locate(cursor, start))
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}

function oneMore(before: readonly Attribute[], attribute: Attribute): Attribute {
  const same = before.find(({ name }) => name === attribute.name)
  if (same === undefined) return attribute
  const where = lineOf(same.nameAt, attribute.nameAt.source)
  throw fault(`${attribute.name} is set twice: before in ${where}`, attribute.nameAt)
}
