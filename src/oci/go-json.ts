/**
 * JSON text as Go's `encoding/json` writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped and half a surrogate pair
 * becomes U+FFFD, so that documents with the same values have the same digest as those of BuildKit and containerd.
 * Objects keep their order, as Go's structs do; `Map`s print in the order of their keys' UTF-8 bytes, as Go's maps do.
 * Undefined members are left out. `indent` as for `JSON.stringify`.
 */
export function goJson(value: unknown, indent = ''): string {
  return print(value, { indent, newline: indent === '' ? '' : '\n' })
}

/** A record as a `Map` for `goJson`; undefined when it is empty, as Go's `omitempty` has it. */
export function goMap<V>(record: Readonly<Record<string, V>> | undefined): ReadonlyMap<string, V> | undefined {
  const entries = Object.entries(record ?? {})
  return entries.length === 0 ? undefined : new Map(entries)
}

/** A time in the form of Go's RFC3339Nano: no trailing zeros in the fraction, `Z` for UTC. Other texts stay as they are. */
export function goTime(text: string): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null) return text
  const fraction = (match[2] ?? '').slice(0, 9).replace(/0+$/, '')
  const zone = match[3] === '+00:00' || match[3] === '-00:00' ? 'Z' : match[3]
  return `${match[1]}${fraction === '' ? '' : `.${fraction}`}${zone}`
}

/** Whether one time is later than another, to the nanosecond. False when either is not a time. */
export function isLater(left: string, right: string): boolean {
  const a = nanoseconds(left)
  const b = nanoseconds(right)
  return a !== undefined && b !== undefined && a > b
}

function nanoseconds(text: string): bigint | undefined {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  const seconds = Date.parse(text.replace(/\.\d+/, ''))
  if (Number.isNaN(seconds)) return undefined
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
}

function print(value: unknown, style: { readonly indent: string; readonly newline: string }): string {
  const inner = { indent: style.indent, newline: style.newline + style.indent }
  if (Array.isArray(value)) {
    return wrap('[', ']', {
      parts: value.map((item) => print(item, inner)),
      inner: inner.newline,
      outer: style.newline,
    })
  }
  if (typeof value !== 'object' || value === null) return escape(JSON.stringify(wellFormed(value)))
  const members = value instanceof Map ? byBytes(value) : Object.entries(value)
  const colon = style.indent === '' ? ':' : ': '
  const parts = members
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${escape(JSON.stringify(key.toWellFormed()))}${colon}${print(member, inner)}`)
  return wrap('{', '}', { parts, inner: inner.newline, outer: style.newline })
}

function wrap(
  open: string,
  close: string,
  content: { parts: readonly string[]; inner: string; outer: string },
): string {
  if (content.parts.length === 0) return open + close
  return `${open}${content.inner}${content.parts.join(`,${content.inner}`)}${content.outer}${close}`
}

function byBytes(map: ReadonlyMap<string, unknown>): readonly (readonly [string, unknown])[] {
  return [...map].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function wellFormed(value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value
}

function escape(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
