import type { Json } from '../core/index.ts'
import { templateError } from './go-template-lexer.ts'

export type TemplateFunction = (values: readonly Json[]) => Json

/** The functions of Go templates and of docker that formats use. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['json', ([value]) => goJson(value ?? null)],
  ['index', ([value, ...keys]) => keys.reduce<Json>(indexed, value ?? null)],
  ['slice', ([value, from, to]) => sliced(value ?? null, from, to)],
  ['len', ([value]) => lengthOf(value ?? null)],
  [
    'join',
    ([list, separator]) =>
      Array.isArray(list)
        ? list.map((item: Json) => printed(item)).join(printed(separator ?? ''))
        : wrong('join', 'a list'),
  ],
  ['split', ([text, separator]) => printed(text ?? '').split(printed(separator ?? ''))],
  ['lower', ([text]) => printed(text ?? '').toLowerCase()],
  ['upper', ([text]) => printed(text ?? '').toUpperCase()],
  ['title', ([text]) => printed(text ?? '').replace(/(^|\s)\S/gu, (start) => start.toUpperCase())],
  ['truncate', ([text, length]) => printed(text ?? '').slice(0, Number(length ?? 0))],
  ['pad', ([text, before, after]) => padded(printed(text ?? ''), Number(before ?? 0), Number(after ?? 0))],
  ['print', (values) => spaced(values)],
  ['println', (values) => `${values.map(printed).join(' ')}\n`],
  ['printf', ([format, ...values]) => formatted(printed(format ?? ''), values)],
  ['not', ([value]) => !truthy(value ?? null)],
  ['eq', ([first, ...others]) => others.some((other) => equal(first ?? null, other))],
  ['ne', ([first, second]) => !equal(first ?? null, second ?? null)],
  ['lt', ([first, second]) => compare(first, second) < 0],
  ['le', ([first, second]) => compare(first, second) <= 0],
  ['gt', ([first, second]) => compare(first, second) > 0],
  ['ge', ([first, second]) => compare(first, second) >= 0],
])

/** What `if` makes of a value: false for null, false, zero and everything empty. */
export function truthy(value: Json): boolean {
  if (value === null || value === false || value === 0 || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return typeof value === 'object' ? Object.keys(value).length > 0 : true
}

/** A value as Go's fmt prints it: `[a b]`, `map[k:v]`, `<no value>` for nothing. */
export function printed(value: Json): string {
  if (value === null) return '<no value>'
  if (Array.isArray(value)) return `[${value.map((item: Json) => printedInside(item)).join(' ')}]`
  if (typeof value === 'object') {
    const record = value as { readonly [key: string]: Json | undefined }
    const members = Object.keys(record).sort()
    return `map[${members.map((key) => `${key}:${printedInside(record[key] ?? null)}`).join(' ')}]`
  }
  return String(value)
}

function printedInside(value: Json): string {
  return value === null ? '<nil>' : printed(value)
}

/** As Go's encoding/json does it: `<`, `>` and `&` are escaped. */
function goJson(value: Json): string {
  const escapes: Readonly<Record<string, string>> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character)
}

function indexed(value: Json, key: Json): Json {
  if (Array.isArray(value) || typeof value === 'string') {
    const at = Number(key)
    const length = value.length
    if (!Number.isInteger(at) || at < 0 || at >= length)
      throw templateError(`index ${printed(key)} is outside a list of ${length}`)
    return typeof value === 'string' ? value.charCodeAt(at) : ((value[at] as Json | undefined) ?? null)
  }
  if (value === null || typeof value !== 'object') return wrong('index', 'a list or a map')
  const record = value as { readonly [key: string]: Json | undefined }
  return Object.hasOwn(record, printed(key)) ? (record[printed(key)] ?? null) : null
}

function sliced(value: Json, from: Json | undefined, to: Json | undefined): Json {
  if (typeof value !== 'string' && !Array.isArray(value)) return wrong('slice', 'a list or a text')
  const end = to === undefined ? value.length : Number(to)
  const part: Json = value.slice(Number(from ?? 0), end)
  return part
}

function lengthOf(value: Json): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  return value !== null && typeof value === 'object'
    ? Object.keys(value).length
    : wrong('len', 'a list, a map or a text')
}

function padded(text: string, before: number, after: number): string {
  return text === '' ? text : ' '.repeat(before) + text + ' '.repeat(after)
}

/** Go's Sprint: a space between operands when neither is a string. */
function spaced(values: readonly Json[]): string {
  return values.reduce<string>((text, value, at) => {
    const apart = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string'
    return text + (apart ? ' ' : '') + printed(value)
  }, '')
}

function formatted(format: string, values: readonly Json[]): string {
  let next = 0
  return format.replace(
    /%(-?)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (verb: string, left: string, width: string, digits: string | undefined, kind: string) => {
      if (kind === '%') return '%'
      const value = values[next]
      next += 1
      if (value === undefined) return `%!${kind}(MISSING)`
      const text = verbText(kind, value, digits)
      if (text === undefined) throw templateError(`printf has no ${verb}`)
      return left === '' ? text.padStart(Number(width)) : text.padEnd(Number(width))
    },
  )
}

function verbText(kind: string, value: Json, digits: string | undefined): string | undefined {
  if (kind === 's' || kind === 'v' || kind === 'd' || kind === 't') return printed(value)
  if (kind === 'q') return JSON.stringify(printed(value))
  if (kind === 'f') return Number(value).toFixed(Number(digits ?? 6))
  return kind === 'x' ? Number(value).toString(16) : undefined
}

function equal(first: Json, second: Json): boolean {
  if (first === null || second === null) return first === second
  if (typeof first === 'object' || typeof second === 'object') return wrong('eq', 'texts, numbers or booleans')
  if (typeof first !== typeof second) throw templateError(`eq cannot compare ${typeof first} with ${typeof second}`)
  return first === second
}

function compare(first: Json | undefined, second: Json | undefined): number {
  if (typeof first === 'number' && typeof second === 'number') return first - second
  if (typeof first === 'string' && typeof second === 'string') return first < second ? -1 : first > second ? 1 : 0
  return wrong('a comparison', 'two numbers or two texts')
}

function wrong(name: string, wanted: string): never {
  throw templateError(`${name} needs ${wanted}`)
}
