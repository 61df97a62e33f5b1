import type { Healthcheck } from '../oci/index.ts'

/** A string as Go's `%q` prints it. */
export function goQuote(text: string): string {
  let quoted = '"'
  for (const character of text) quoted += quoteCharacter(character)
  return `${quoted}"`
}

/** A list of strings as Go's `%q` prints it: `["npm" "start"]`. */
export function goQuotedList(items: readonly string[]): string {
  return `[${items.map(goQuote).join(' ')}]`
}

/** A list of strings as Go's `%v` prints it: `[/bin/bash -c]`. */
export function goList(items: readonly string[]): string {
  return `[${items.join(' ')}]`
}

/** A duration in nanoseconds as Go prints it: `1m30s`, `1.5s`, `100ms`, `0s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s'
  if (nanoseconds < 0) return `-${goDuration(-nanoseconds)}`
  if (nanoseconds < 1e3) return `${nanoseconds}ns`
  if (nanoseconds < 1e6) return `${decimal(nanoseconds, 3)}\u00b5s`
  if (nanoseconds < 1e9) return `${decimal(nanoseconds, 6)}ms`
  const minutes = Math.floor(nanoseconds / 60e9)
  const seconds = `${decimal(nanoseconds - minutes * 60e9, 9)}s`
  if (minutes === 0) return seconds
  const hours = Math.floor(minutes / 60)
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes - hours * 60}m${seconds}`
}

/** A health check as Go's `%+v` prints the struct. */
export function goHealthcheck(check: Healthcheck): string {
  const { Test = [], Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = check
  const durations = { Interval, Timeout, StartPeriod, StartInterval }
  const members = Object.entries(durations).map(([name, value]) => `${name}:${goDuration(value)}`)
  return `{${[`Test:${goList(Test)}`, ...members, `Retries:${Retries}`].join(' ')}}`
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

function quoteCharacter(character: string): string {
  const short = shortEscapes[character]
  if (short !== undefined) return short
  if (character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character
  const code = character.codePointAt(0) as number
  // A lone surrogate stands for a byte that is not UTF-8 (see core's path bytes).
  if (code >= 0xdc80 && code <= 0xdcff) return hex('\\x', code - 0xdc00, 2)
  if (code < 0x80) return hex('\\x', code, 2)
  return code < 0x10000 ? hex('\\u', code, 4) : hex('\\U', code, 8)
}

function hex(prefix: string, code: number, width: number): string {
  return prefix + code.toString(16).padStart(width, '0')
}

/** `value` divided by 10^places, exactly, without trailing zeros. */
function decimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  const whole = digits.slice(0, -places)
  return fraction === '' ? whole : `${whole}.${fraction}`
}
