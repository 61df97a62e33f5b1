import { type Fields, fieldsIn, isFields, listIn } from './fields.ts'
import type { SeverityEntry } from './severity.ts'

/** What an OSV record (https://ossf.github.io/osv-schema) says, as far as scans ask. */
export interface OsvRecord {
  readonly id: string
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[]
  /** Vulnerabilities that this record is about, too: those that an advisory of a distribution repairs. */
  readonly upstream: readonly string[]
  readonly related: readonly string[]
  readonly summary: string
  readonly withdrawn: boolean
  /** RFC 3339; empty when it does not say. */
  readonly modified: string
  readonly severity: readonly SeverityEntry[]
  /** `database_specific.severity` */
  readonly word?: string
  readonly affected: readonly OsvAffected[]
}

export interface OsvAffected {
  /** `npm`, `Debian:12`. */
  readonly ecosystem: string
  readonly name: string
  readonly ranges: readonly (readonly RangeEvent[])[]
  readonly versions: readonly string[]
  readonly severity: readonly SeverityEntry[]
  /** How urgent the distribution or the database finds it for this package. */
  readonly words: readonly string[]
}

/** An event of a range: from there on versions are affected, or no longer. */
export interface RangeEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit'
  readonly version: string
}

/** Larger than anything in the public dumps (2026-10); who sends more is refused, not worked through. */
const limits = {
  affected: 50_000,
  events: 5_000,
  versions: 100_000,
  names: 2_000,
  text: 512,
  summary: 200,
  work: 10_000_000,
}

/** Reads a record; a sentence when it is none or has something out of all proportion. Never throws. */
export function decodeOsvRecord(value: unknown): OsvRecord | { readonly reason: string } {
  if (!isFields(value)) return { reason: 'it is no object' }
  const id = textIn(value, 'id')
  if (id === undefined || !/^[A-Za-z0-9][\w.:+-]*$/.test(id)) return { reason: 'it has no id' }
  const entries = listIn(value, 'affected')
  const affected: OsvAffected[] = []
  if (entries.length > limits.affected) return { reason: `it names more than ${limits.affected} packages` }
  let work = 0
  for (const entry of entries) {
    const read = readAffected(entry)
    if (read === undefined) continue
    if ('reason' in read) return read
    affected.push(read)
    // Each listed version is compared with each event.
    work += read.versions.length * read.ranges.reduce((sum, events) => sum + events.length, 0)
    if (work > limits.work) return { reason: 'it has too many versions and ranges to compare' }
  }
  const word = textIn(fieldsIn(value, 'database_specific'), 'severity')
  const summary = longTextIn(value, 'summary') ?? firstSentence(longTextIn(value, 'details') ?? '')
  return {
    id,
    aliases: namesIn(value, 'aliases'),
    upstream: namesIn(value, 'upstream'),
    related: namesIn(value, 'related'),
    summary: oneLine(summary),
    withdrawn: typeof value['withdrawn'] === 'string',
    modified: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.exec(textIn(value, 'modified') ?? '')?.[0] ?? '',
    severity: readSeverity(value),
    affected,
    ...(word === undefined ? {} : { word }),
  }
}

function readAffected(entry: unknown): OsvAffected | { readonly reason: string } | undefined {
  if (!isFields(entry)) return undefined
  const about = fieldsIn(entry, 'package')
  const [ecosystem, name] = [textIn(about, 'ecosystem'), textIn(about, 'name')]
  if (ecosystem === undefined || name === undefined) return undefined
  const versions = listIn(entry, 'versions')
  if (versions.length > limits.versions) return { reason: `it lists more than ${limits.versions} versions` }
  const ranges: (readonly RangeEvent[])[] = []
  for (const range of listIn(entry, 'ranges')) {
    if (!isFields(range) || (range['type'] !== 'SEMVER' && range['type'] !== 'ECOSYSTEM')) continue
    const events = listIn(range, 'events')
    if (events.length > limits.events) return { reason: `it has a range of more than ${limits.events} events` }
    ranges.push(withLastKnown(events.flatMap(readEvent), fieldsIn(entry, 'database_specific')))
  }
  const specific = fieldsIn(entry, 'ecosystem_specific')
  const words = [
    textIn(specific, 'severity'),
    textIn(specific, 'urgency'),
    textIn(fieldsIn(entry, 'database_specific'), 'severity'),
  ]
  return {
    ecosystem,
    name,
    ranges,
    versions: versions.filter((version): version is string => isShortText(version)),
    severity: readSeverity(entry),
    words: words.filter((word) => word !== undefined),
  }
}

const kinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const

function readEvent(event: unknown): readonly RangeEvent[] {
  if (!isFields(event)) return []
  return kinds.flatMap((kind) => {
    const version = event[kind]
    return isShortText(version) ? [{ kind, version }] : []
  })
}

/** GitHub's database says the end of a range that has no repaired version in a field of its own: `<= 1.2.3`. */
function withLastKnown(events: readonly RangeEvent[], specific: Fields): readonly RangeEvent[] {
  if (events.some(({ kind }) => kind !== 'introduced')) return events
  const [, sign, version] = /^(<=?)\s*(\S+)$/.exec(textIn(specific, 'last_known_affected_version_range') ?? '') ?? []
  if (version === undefined) return events
  return [...events, { kind: sign === '<' ? 'limit' : 'last_affected', version }]
}

function readSeverity(fields: Fields): readonly SeverityEntry[] {
  return listIn(fields, 'severity').flatMap((entry) => {
    const [type, score] = isFields(entry) ? [textIn(entry, 'type'), textIn(entry, 'score')] : []
    return type === undefined || score === undefined ? [] : [{ type, score }]
  })
}

function namesIn(fields: Fields, key: string): readonly string[] {
  return listIn(fields, key)
    .slice(0, limits.names)
    .filter((name): name is string => isShortText(name))
}

function firstSentence(text: string): string {
  return (
    text
      .slice(0, 2 * limits.summary)
      .trim()
      .split(/\n|(?<=[.!?])\s/)[0] ?? ''
  )
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * limits.summary)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length <= limits.summary ? line : `${line.slice(0, limits.summary - 1).trimEnd()}…`
}

function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key]
  return isShortText(value) ? value : undefined
}

function longTextIn(fields: Fields, key: string): string | undefined {
  const value = fields[key]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= limits.text
}
