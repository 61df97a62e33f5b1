import { versionOrder } from '../versions/index.ts'
import { packageKey, typeOfEcosystem } from './ecosystems.ts'
import type { OsvAffected, OsvRecord, RangeEvent } from './osv-record.ts'
import { isInRange, sortEvents } from './ranges.ts'
import { type Level, levels, rate, type Rating } from './severity.ts'

/** What a record says that does not depend on the package. */
export interface Advisory extends Rating {
  /** Of the record: `GHSA-…`, `DSA-…`, `CVE-…`. */
  readonly id: string
  /** What it is shown as: its CVE, each of those that an advisory repairs, or its own id. Never empty. */
  readonly shown: readonly string[]
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[]
  readonly summary: string
}

/** What a record says of one package in one ecosystem. */
export interface AffectedPackage {
  readonly ecosystem: string
  /** As `packageKey` writes it. */
  readonly name: string
  readonly ranges: readonly (readonly RangeEvent[])[]
  readonly versions: readonly string[]
  /** Where it differs from that of the record. */
  readonly rating?: Rating
}

/** The part of a record that a database keeps; nothing of withdrawn ones, and no package whose versions have no known order. */
export function advisoryOf(record: OsvRecord): {
  readonly advisory: Advisory
  readonly affected: readonly AffectedPackage[]
} {
  const { id, summary, aliases, upstream } = record
  const isMalicious = id.startsWith('MAL-')
  const general: Rating = isMalicious ? { level: 'critical' } : rate(record.severity, record.word)
  const shown = shownIds(record)
  const others = [...aliases, ...upstream].filter((name) => name !== id && !shown.includes(name))
  return {
    advisory: {
      id,
      shown,
      aliases: [...new Set(others)],
      summary: summary === '' && isMalicious ? 'the package is malicious' : summary,
      ...general,
    },
    affected: record.withdrawn ? [] : record.affected.flatMap((entry) => keptOf(entry, general)),
  }
}

function keptOf(entry: OsvAffected, general: Rating): readonly AffectedPackage[] {
  const type = typeOfEcosystem(entry.ecosystem)
  const compare = type === undefined ? undefined : versionOrder(type)
  if (type === undefined || compare === undefined) return []
  const ranges = entry.ranges.map((events) => sortEvents(events, compare)).filter((events) => events.length > 0)
  // Lists repeat what the ranges say, with hundreds of versions each; what they add is kept.
  const versions = entry.versions.filter((version) => !ranges.some((events) => isInRange(version, events, compare)))
  if (ranges.length === 0 && versions.length === 0) return []
  const rating = ratingOf(entry, general)
  const name = packageKey(type, entry.name)
  return [{ ecosystem: entry.ecosystem, name, ranges, versions, ...(rating === undefined ? {} : { rating }) }]
}

function ratingOf({ severity, words }: OsvAffected, general: Rating): Rating | undefined {
  const own = rate(severity, ...(general.level === 'unknown' ? words : []))
  if (own.level === 'unknown') return undefined
  return own.level === general.level && own.score === general.score ? undefined : own
}

const cve = /CVE-\d{4}-\d{4,}$/
/** Of distributions: one repairs several vulnerabilities. */
const advisory = /^(DSA|DLA|DTSA|USN|LSN|RHSA|RLSA|RLBA|ALSA|ALBA|ALEA|SUSE|openSUSE|MGASA|PHSA|AZL|OESA)-/

function shownIds({ id, aliases, upstream, related }: OsvRecord): readonly string[] {
  const own = cve.exec(id)?.[0]
  if (own !== undefined) return [own]
  const alias = aliases.find((name) => cve.test(name))
  if (!advisory.test(id)) return [alias ?? id]
  for (const names of [[...upstream, ...aliases], related]) {
    const found = new Set(names.flatMap((name) => cve.exec(name)?.[0] ?? []))
    if (found.size > 0) return [...found]
  }
  return [id]
}

type PlainAdvisory = readonly [string, readonly string[], readonly string[], string, number, number?]

/** As a database stores it: short, as JSON. */
export function encodeAdvisory({ id, shown, aliases, summary, level, score }: Advisory): string {
  const plain: PlainAdvisory = [id, shown, aliases, summary, levels.indexOf(level)]
  return JSON.stringify(score === undefined ? plain : [...plain, score])
}

/** Throws SyntaxError for what `encodeAdvisory` has not written. */
export function decodeAdvisory(text: string): Advisory {
  const [id, shown, aliases, summary, level, score] = JSON.parse(text) as PlainAdvisory
  return { id, shown, aliases, summary, ...decodeRating(level, score) }
}

type PlainAffected = readonly [readonly (readonly string[])[], (readonly string[])?, number?, number?]

const letters = { introduced: 'i', fixed: 'f', last_affected: 'l', limit: 'm' } as const
const kinds: Readonly<Record<string, RangeEvent['kind']>> = {
  i: 'introduced',
  f: 'fixed',
  l: 'last_affected',
  m: 'limit',
}

/** As a database stores it, without ecosystem and name. */
export function encodeAffected({ ranges, versions, rating }: AffectedPackage): string {
  const events = ranges.map((range) => range.map(({ kind, version }) => `${letters[kind]}${version}`))
  const rest =
    rating === undefined
      ? versions.length === 0
        ? []
        : [versions]
      : [versions, levels.indexOf(rating.level), rating.score]
  return JSON.stringify([events, ...rest])
}

/** From the parsed JSON of `encodeAffected`. */
export function decodeAffected(value: unknown): Pick<AffectedPackage, 'ranges' | 'versions' | 'rating'> {
  const [events, versions, level, score] = value as PlainAffected
  return {
    ranges: events.map((range) =>
      range.map((text) => ({ kind: kinds[text[0] ?? ''] ?? 'limit', version: text.slice(1) })),
    ),
    versions: versions ?? [],
    ...(level === undefined ? {} : { rating: decodeRating(level, score ?? undefined) }),
  }
}

function decodeRating(level: number, score: number | undefined): Rating {
  const known: Level = levels[level] ?? 'unknown'
  return { level: known, ...(score === undefined ? {} : { score }) }
}
