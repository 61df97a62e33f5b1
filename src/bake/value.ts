import { SlipwayError } from '../core/index.ts'

/** What an expression has become. Lists, tuples and sets are arrays; objects and maps are in the order of their keys. */
export type Value = null | boolean | number | string | readonly Value[] | ValueMap
export type ValueMap = ReadonlyMap<string, Value>

/** Why a value cannot be used so; whoever knows the place adds it. */
export function refuse(message: string): SlipwayError {
  return new SlipwayError('config-invalid', message)
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isMap(value: Value): value is ValueMap {
  return value instanceof Map
}

/** An object in the order of its keys, as HCL goes through them. */
export function mapOf(entries: Iterable<readonly [string, Value]>): ValueMap {
  return new Map([...new Map(entries)].sort(([a], [b]) => compareText(a, b)))
}

/** By code points, as bytes of UTF-8 compare. */
export function compareText(a: string, b: string): number {
  const left = Buffer.from(a)
  return left.compare(Buffer.from(b))
}

/** `a string`, `a list`, … */
export function nameOf(value: Value): string {
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  if (isMap(value)) return 'an object'
  return { boolean: 'a bool', number: 'a number', string: 'a string' }[typeof value as 'boolean' | 'number' | 'string']
}

/** Numbers and bools become text, null and collections do not. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberText(value)
  throw refuse(`a string is needed, not ${nameOf(value)}`)
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value))
    return finite(Number(value))
  throw refuse(`a number is needed, not ${typeof value === 'string' ? JSON.stringify(value) : nameOf(value)}`)
}

export function toBool(value: Value): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw refuse(`true or false is needed, not ${typeof value === 'string' ? JSON.stringify(value) : nameOf(value)}`)
}

export function toList(value: Value): readonly Value[] {
  if (isList(value)) return value
  throw refuse(`a list is needed, not ${nameOf(value)}`)
}

export function toMap(value: Value): ValueMap {
  if (isMap(value)) return value
  throw refuse(`an object is needed, not ${nameOf(value)}`)
}

/** HCL counts with 154 digits; here 15 of a fraction are right, and integers up to 2^53. */
export function finite(value: number): number {
  if (!Number.isFinite(value)) throw refuse('the result is no number that can be written')
  return Number.isInteger(value) ? value : Number(value.toPrecision(15))
}

export function equalValues(a: Value, b: Value): boolean {
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index] ?? null))
  if (isMap(a))
    return (
      isMap(b) &&
      a.size === b.size &&
      [...a].every(([key, item]) => b.has(key) && equalValues(item, b.get(key) ?? null))
    )
  return a === b
}

/** Without those that were there before. */
export function distinct(values: readonly Value[]): readonly Value[] {
  const seen: Value[] = []
  const plain = new Set<Value>()
  for (const value of values) {
    const simple = value === null || typeof value !== 'object'
    if (simple ? plain.has(value) : seen.some((one) => equalValues(one, value))) continue
    if (simple) plain.add(value)
    seen.push(value)
  }
  return seen
}

/** As JSON, keys in order; Go's library escapes what HTML could take for its own. */
export function toJson(value: Value): string {
  if (isList(value)) return `[${value.map(toJson).join(',')}]`
  if (isMap(value)) return `{${[...value].map(([key, item]) => `${quotedJson(key)}:${toJson(item)}`).join(',')}}`
  if (typeof value === 'string') return quotedJson(value)
  return typeof value === 'number' ? numberText(value) : String(value)
}

function quotedJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What `JSON.parse` gives, as a value. */
export function ofJson(value: unknown): Value {
  if (Array.isArray(value)) return value.map(ofJson)
  if (typeof value === 'object' && value !== null)
    return mapOf(Object.entries(value).map(([key, item]) => [key, ofJson(item)] as const))
  return value as null | boolean | number | string
}

/** Without an exponent. */
function numberText(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, '')
}
