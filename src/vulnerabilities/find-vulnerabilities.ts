import { versionOrder } from '../versions/index.ts'
import type { AffectedPackage, Advisory } from './advisory.ts'
import type { Component } from './component.ts'
import { type Lookup, lookupOf } from './ecosystems.ts'
import { affectionOf } from './ranges.ts'
import { type Level, levels, type Rating } from './severity.ts'

/** What a database says of one package. */
export interface KnownAffected extends Pick<AffectedPackage, 'ranges' | 'versions' | 'rating'> {
  /** Read when it is needed. */
  advisory(): Advisory
}

/** Records by ecosystem and package. */
export interface VulnerabilityRecords {
  /** Whether the database has been filled with records of this ecosystem. */
  holds(ecosystem: string): boolean
  affected(ecosystem: string, name: string): readonly KnownAffected[]
}

/** One vulnerability of one package: for packages of a distribution, of all that were built from one source. */
export interface Vulnerability extends Rating {
  /** The CVE, or what else it is known by. */
  readonly id: string
  /** Every name it has: of CVE, GHSA, DSA. */
  readonly ids: readonly string[]
  readonly summary: string
  readonly package: VulnerablePackage
  /** The oldest version of the package that has a repair; absent when there is none. */
  readonly fixed?: string
  /** Ordered as they were found. */
  readonly components: readonly Component[]
}

export interface VulnerablePackage {
  readonly type: string
  /** The source package, where there is one. */
  readonly name: string
  readonly version: string
  readonly ecosystem: string
}

export interface Found {
  /** Gravest first, then by package and id. */
  readonly vulnerabilities: readonly Vulnerability[]
  /** How many components were looked up. */
  readonly checked: number
  /** What could not be looked up, and why. Most first. */
  readonly unchecked: readonly Unchecked[]
}

export interface Unchecked {
  /** `packages of arch`, `packages of alpine 3.24` */
  readonly what: string
  readonly count: number
  /** The database has no records of it, and others have: it would have to be fetched. */
  readonly ecosystem?: string
}

/** What the records say about the components. */
export function findVulnerabilities(components: readonly Component[], records: VulnerabilityRecords): Found {
  const subjects = new Map<string, Subject>()
  const unchecked = new Map<string, { readonly ecosystem?: string; count: number }>()
  let checked = 0
  for (const component of components) {
    const lookup = lookupOf(component)
    const held = 'reason' in lookup ? [] : lookup.ecosystems.filter((ecosystem) => records.holds(ecosystem))
    if ('reason' in lookup || held.length === 0) {
      const missing = 'reason' in lookup ? undefined : lookup.ecosystems[0]
      const what = 'reason' in lookup ? lookup.reason : `packages of ${missing}`
      const entry = unchecked.get(what) ?? { count: 0, ...(missing === undefined ? {} : { ecosystem: missing }) }
      unchecked.set(what, { ...entry, count: entry.count + 1 })
      continue
    }
    checked += 1
    for (const ecosystem of held) {
      const key = JSON.stringify([ecosystem, lookup.name, lookup.version])
      const subject = subjects.get(key) ?? { type: component.type, ecosystem, lookup, components: [] }
      subject.components.push(component)
      subjects.set(key, subject)
    }
  }
  const vulnerabilities = [...subjects.values()].flatMap((subject) => ofSubject(subject, records))
  return {
    vulnerabilities: vulnerabilities.sort(compareVulnerable),
    checked,
    unchecked: [...unchecked].map(([what, entry]) => ({ what, ...entry })).sort((a, b) => b.count - a.count),
  }
}

/** One version of one source package, or of one package of an application. */
interface Subject {
  readonly type: string
  readonly ecosystem: string
  readonly lookup: Lookup
  readonly components: Component[]
}

interface Draft extends Rating {
  readonly id: string
  readonly ids: Set<string>
  summary: string
  fixed: string | undefined
}

function ofSubject(
  { type, ecosystem, lookup, components }: Subject,
  records: VulnerabilityRecords,
): readonly Vulnerability[] {
  const compare = versionOrder(type)
  const drafts = new Map<string, Draft>()
  if (compare === undefined) return []
  for (const known of records.affected(ecosystem, lookup.name)) {
    const affection = affectionOf(lookup.version, known, compare)
    if (!affection.affected) continue
    const advisory = known.advisory()
    const { level, score } = known.rating ?? advisory
    for (const id of advisory.shown) {
      const names = [id, advisory.id, ...(advisory.shown.length === 1 ? advisory.aliases : [])]
      const draft = drafts.get(id)
      if (draft === undefined) {
        const rating = { level, ...(score === undefined ? {} : { score }) }
        drafts.set(id, { id, ids: new Set(names), summary: advisory.summary, fixed: affection.fixed, ...rating })
      } else {
        drafts.set(
          id,
          merged(draft, { names, level, score, summary: advisory.summary, fixed: affection.fixed, compare }),
        )
      }
    }
  }
  const [first] = components
  const name = type === 'rpm' ? (first?.name ?? lookup.name) : (first?.source?.name ?? first?.name ?? lookup.name)
  return [...drafts.values()].map(({ ids, fixed, ...draft }) => ({
    ...draft,
    ids: [...ids],
    package: { type, name, version: lookup.version, ecosystem },
    components,
    ...(fixed === undefined ? {} : { fixed }),
  }))
}

interface Addition {
  readonly names: readonly string[]
  readonly level: Level
  readonly score: number | undefined
  readonly summary: string
  readonly fixed: string | undefined
  readonly compare: (a: string, b: string) => number
}

/** Two records of one vulnerability: a rating beats none, and the newer repair counts, as the older one was not enough. */
function merged(draft: Draft, { names, level, score, summary, fixed, compare }: Addition): Draft {
  const better = draft.level === 'unknown' || (draft.score === undefined && score !== undefined && level !== 'unknown')
  const rating = better ? { level, ...(score === undefined ? {} : { score }) } : pick(draft)
  const newer =
    draft.fixed !== undefined && (fixed === undefined || compare(draft.fixed, fixed) >= 0) ? draft.fixed : fixed
  return {
    id: draft.id,
    ids: new Set([...draft.ids, ...names]),
    summary: draft.summary === '' ? summary : draft.summary,
    fixed: newer,
    ...rating,
  }
}

function pick({ level, score }: Rating): Rating {
  return { level, ...(score === undefined ? {} : { score }) }
}

function compareVulnerable(a: Vulnerability, b: Vulnerability): number {
  return (
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    (b.score ?? 0) - (a.score ?? 0) ||
    compareText(a.package.name, b.package.name) ||
    compareText(a.id, b.id)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
