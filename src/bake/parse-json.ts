import type { Location, Source } from '../core/index.ts'
import { type Cursor, cursorOf, fault, locate, match, nested, take, unexpected } from './cursor.ts'

/** A value of a JSON file with its place. */
export type JsonNode = { readonly at: Location } & (
  | { readonly kind: 'literal'; readonly value: null | boolean | number }
  | ({ readonly kind: 'text' } & JsonText)
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
)

export interface JsonMember {
  readonly key: JsonText & { readonly at: Location }
  readonly value: JsonNode
}

/** What a string says; `offsets` has the place in the file of each code unit, and of the end. */
export interface JsonText {
  readonly text: string
  readonly offsets: readonly number[]
}

/** Reads JSON, strictly, with the places of everything. Throws `config-invalid`. */
export function parseJson(source: Source): JsonNode {
  const cursor = cursorOf(source)
  take(cursor, '\uFEFF')
  const value = readValue(cursor)
  blank(cursor)
  if (cursor.at < cursor.text.length) throw unexpected(cursor, 'the file should end here')
  return value
}

function readValue(cursor: Cursor): JsonNode {
  blank(cursor)
  const start = cursor.at
  const first = cursor.text[start]
  if (first === '{') return nested(cursor, () => readObject(cursor))
  if (first === '[') return nested(cursor, () => readArray(cursor))
  if (first === '"') return { kind: 'text', ...readText(cursor), at: locate(cursor, start) }
  const word = match(cursor, /null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  if (word === undefined) throw unexpected(cursor, 'a value is expected')
  return { kind: 'literal', value: JSON.parse(word) as null | boolean | number, at: locate(cursor, start) }
}

function readObject(cursor: Cursor): JsonNode {
  const start = cursor.at
  cursor.at += 1
  const members: JsonMember[] = []
  for (;;) {
    blank(cursor)
    if (members.length === 0 && take(cursor, '}')) break
    const keyStart = cursor.at
    if (cursor.text[keyStart] !== '"') throw unexpected(cursor, 'a key in quotes is expected')
    const key = { ...readText(cursor), at: locate(cursor, keyStart) }
    blank(cursor)
    if (!take(cursor, ':')) throw unexpected(cursor, `: is missing after ${key.text}`)
    members.push({ key, value: readValue(cursor) })
    blank(cursor)
    if (take(cursor, '}')) break
    if (!take(cursor, ',')) throw unexpected(cursor, 'a comma is missing between the members of an object')
  }
  return { kind: 'object', members, at: locate(cursor, start) }
}

function readArray(cursor: Cursor): JsonNode {
  const start = cursor.at
  cursor.at += 1
  const items: JsonNode[] = []
  for (;;) {
    blank(cursor)
    if (items.length === 0 && take(cursor, ']')) break
    items.push(readValue(cursor))
    blank(cursor)
    if (take(cursor, ']')) break
    if (!take(cursor, ',')) throw unexpected(cursor, 'a comma is missing between the elements of an array')
  }
  return { kind: 'array', items, at: locate(cursor, start) }
}

function readText(cursor: Cursor): JsonText {
  const start = cursor.at
  cursor.at += 1
  let text = ''
  const offsets: number[] = []
  while (!take(cursor, '"')) {
    const at = cursor.at
    // oxlint-disable-next-line no-control-regex -- JSON has no raw control characters in strings.
    const plain = match(cursor, /[^"\\\u0000-\u001f]+/y)
    const escape = plain === undefined ? match(cursor, /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y) : undefined
    if (plain === undefined && escape === undefined)
      throw cursor.at >= cursor.text.length
        ? fault('the string has no end', locate(cursor, start))
        : unexpected(cursor, 'no character of a JSON string')
    const more = plain ?? (JSON.parse(`"${escape}"`) as string)
    for (let index = 0; index < more.length; index += 1) offsets.push(plain === undefined ? at : at + index)
    text += more
  }
  offsets.push(cursor.at - 1)
  return { text, offsets }
}

function blank(cursor: Cursor): void {
  match(cursor, /[ \t\r\n]+/y)
}
