import { mapOf, refuse, toNumber, type Value } from '../value.ts'
import { type Builtin, type FunctionWorld, taking } from './signature.ts'

/** Functions of time; times are texts in the form of RFC 3339. */
export const timeFunctions: Readonly<Record<string, Builtin>> = {
  formatdate: taking([2, 2], (given) => formatted(given.text(), parseTime(given.text()))),
  formattimestamp: taking([2, 2], (given) => formatStamp(given.text(), given.value())),
  homedir: taking([0, 0], (_, world) => homeOf(world)),
  timeadd: taking([2, 2], (given) => added(given.text(), given.text())),
  timestamp: taking([0, 0], (_, { now }) => rfc3339({ utc: now, offset: 0 })),
  unixtimestampparse: taking([1, 1], (given) => partsOf(given.integer())),
}

interface Time {
  /** Milliseconds since 1970. */
  readonly utc: number
  /** Minutes east of Greenwich. */
  readonly offset: number
}

function homeOf({ environment }: FunctionWorld): string {
  const home = environment['HOME']
  if (home === undefined) throw refuse('HOME is not set')
  return home
}

function parseTime(text: string): Time {
  const found = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(text)
  const utc = found === null ? Number.NaN : Date.parse(text)
  if (found === null || Number.isNaN(utc)) throw refuse(`${JSON.stringify(text)} is no time like 2006-01-02T15:04:05Z`)
  const minutes = Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0)
  return { utc, offset: found[1] === '-' ? -minutes : minutes }
}

function rfc3339(time: Time): string {
  const local = new Date(time.utc + time.offset * 60_000).toISOString().slice(0, 19)
  return `${local}${time.offset === 0 ? 'Z' : zone(time.offset, ':')}`
}

function zone(offset: number, between: string): string {
  return `${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}${between}${two(Math.abs(offset) % 60)}`
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = 'January February March April May June July August September October November December'.split(' ')

function formatted(pattern: string, time: Time): string {
  const local = new Date(time.utc + time.offset * 60_000)
  return pattern.replace(/'((?:[^']|'')*)'|'|([A-Za-z])\2*/g, (token: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted.replaceAll("''", "'")
    if (token === "'") throw refuse('a quotation mark is missing in the pattern')
    const piece = pieceOf(token, local, time.offset)
    if (piece === undefined) throw refuse(`${token} means nothing in a pattern`)
    return piece
  })
}

function pieceOf(token: string, local: Date, offset: number): string | undefined {
  const hour = local.getUTCHours()
  const month = months[local.getUTCMonth()] ?? ''
  const day = days[local.getUTCDay()] ?? ''
  const year = String(local.getUTCFullYear()).padStart(4, '0')
  const pieces: Readonly<Record<string, string>> = {
    YYYY: year,
    YY: year.slice(-2),
    MMMM: month,
    MMM: month.slice(0, 3),
    MM: two(local.getUTCMonth() + 1),
    M: String(local.getUTCMonth() + 1),
    DD: two(local.getUTCDate()),
    D: String(local.getUTCDate()),
    EEEE: day,
    EEE: day.slice(0, 3),
    hh: two(hour),
    h: String(hour),
    HH: two(hour % 12 || 12),
    H: String(hour % 12 || 12),
    AA: hour < 12 ? 'AM' : 'PM',
    aa: hour < 12 ? 'am' : 'pm',
    mm: two(local.getUTCMinutes()),
    m: String(local.getUTCMinutes()),
    ss: two(local.getUTCSeconds()),
    s: String(local.getUTCSeconds()),
    ZZZZZ: zone(offset, ':'),
    ZZZZ: zone(offset, ''),
    ZZZ: offset === 0 ? 'UTC' : zone(offset, ''),
    Z: offset === 0 ? 'Z' : zone(offset, ':'),
  }
  return Object.hasOwn(pieces, token) ? pieces[token] : undefined
}

/** Of a time, or of seconds since 1970; `X` is those seconds. */
function formatStamp(pattern: string, value: Value): string {
  const time = typeof value === 'number' ? { utc: value * 1000, offset: 0 } : parseTime(String(value))
  return pattern === 'X' ? String(Math.floor(time.utc / 1000)) : formatted(pattern, time)
}

const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
}

/** `1h30m`, as Go writes durations. */
function added(text: string, duration: string): string {
  const time = parseTime(text)
  const body = duration.replace(/^[+-]/, '')
  if (body !== '0' && !/^(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/.test(body))
    throw refuse(`${JSON.stringify(duration)} is no duration like 1h30m`)
  const amounts = [...body.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)]
  const total = amounts.reduce((sum, [, count, unit]) => sum + toNumber(count ?? '0') * (units[unit ?? ''] ?? 0), 0)
  return rfc3339({ ...time, utc: time.utc + (duration.startsWith('-') ? -total : total) })
}

function partsOf(seconds: number): Value {
  const date = new Date(seconds * 1000)
  const newYear = Date.UTC(date.getUTCFullYear(), 0, 1)
  return mapOf([
    ['year', date.getUTCFullYear()],
    ['year_day', Math.floor((date.getTime() - newYear) / 86_400_000) + 1],
    ['month', date.getUTCMonth() + 1],
    ['month_name', months[date.getUTCMonth()] ?? ''],
    ['day', date.getUTCDate()],
    ['weekday', date.getUTCDay()],
    ['weekday_name', days[date.getUTCDay()] ?? ''],
    ['hour', date.getUTCHours()],
    ['minute', date.getUTCMinutes()],
    ['second', date.getUTCSeconds()],
    ['rfc3339', rfc3339({ utc: date.getTime(), offset: 0 })],
  ])
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
