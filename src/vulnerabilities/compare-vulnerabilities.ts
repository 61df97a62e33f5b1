import type { Component, ComponentOrigin } from './component.ts'
import { packageKey } from './ecosystems.ts'
import type { Vulnerability } from './find-vulnerabilities.ts'
import { type Level, levels } from './severity.ts'

/** What a scan says of one image. */
export interface ScannedImage {
  readonly vulnerabilities: readonly Vulnerability[]
  /** Everything that was looked up. */
  readonly components: readonly Component[]
}

/** Why vulnerabilities came or went. */
export type Cause =
  /** The package is only in one of the images. */
  | 'package'
  /** Another version of the package. */
  | 'version'
  /** Same package, same version: the database knows more or less than it did. */
  | 'records'

/** Vulnerabilities of packages that one layer or line brought, and that came or went for the same reason. */
export interface VulnerabilityGroup {
  /** Absent for those that are in both. */
  readonly cause?: Cause
  /** Names of source packages and of packages of applications; those with most vulnerabilities first. */
  readonly packages: readonly string[]
  /** What brought them: to the later image, for what went, to the earlier one. Absent where nobody knows. */
  readonly origin?: ComponentOrigin
  /** Gravest first. */
  readonly vulnerabilities: readonly Vulnerability[]
}

export interface VulnerabilityDelta {
  /** Groups with most vulnerabilities first. */
  readonly gone: readonly VulnerabilityGroup[]
  readonly added: readonly VulnerabilityGroup[]
  readonly kept: readonly VulnerabilityGroup[]
  /** How many there are by level, before and after. */
  readonly counts: Readonly<Record<Level, readonly [before: number, after: number]>>
}

/** What differs between the vulnerabilities of two images, and which packages and lines are the cause. */
export function compareVulnerabilities(before: ScannedImage, after: ScannedImage): VulnerabilityDelta {
  const [old, now] = [indexOf(before), indexOf(after)]
  const gone = [...old].filter(([key]) => !now.has(key)).map(([, one]) => one)
  const added = [...now].filter(([key]) => !old.has(key)).map(([, one]) => one)
  const kept = [...now].filter(([key]) => old.has(key)).map(([, one]) => one)
  const counts = levels.map((level) => [level, [countOf(before, level), countOf(after, level)]] as const)
  return {
    gone: grouped(gone, versionsOf(after)),
    added: grouped(added, versionsOf(before)),
    kept: grouped(kept),
    counts: Object.fromEntries(counts) as VulnerabilityDelta['counts'],
  }
}

function indexOf({ vulnerabilities }: ScannedImage): ReadonlyMap<string, Vulnerability> {
  return new Map(vulnerabilities.map((one) => [JSON.stringify([one.id, subjectKey(one.package)]), one]))
}

function subjectKey({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${packageKey(type, name)}`
}

function countOf({ vulnerabilities }: ScannedImage, level: Level): number {
  return vulnerabilities.filter((one) => one.level === level).length
}

/** Versions of an image by package; packages of distributions under their sources. */
function versionsOf({ components }: ScannedImage): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>()
  for (const { type, name, version, source } of components) {
    const key = subjectKey({ type, name: (type === 'rpm' ? undefined : source?.name) ?? name })
    const known = versions.get(key) ?? new Set()
    versions.set(key, known.add((type === 'rpm' ? undefined : source?.version) ?? version))
  }
  return versions
}

function grouped(
  vulnerabilities: readonly Vulnerability[],
  elsewhere?: ReadonlyMap<string, ReadonlySet<string>>,
): readonly VulnerabilityGroup[] {
  const groups = new Map<string, Draft>()
  for (const vulnerability of vulnerabilities) {
    const cause = elsewhere === undefined ? undefined : causeOf(vulnerability, elsewhere)
    const origin = vulnerability.components[0]?.origin
    const key = JSON.stringify([cause, origin?.layer, origin?.line, origin?.stage])
    const group = groups.get(key) ?? {
      members: [],
      ...(cause === undefined ? {} : { cause }),
      ...(origin === undefined ? {} : { origin }),
    }
    group.members.push(vulnerability)
    groups.set(key, group)
  }
  return [...groups.values()]
    .map(({ members, ...group }) => ({ ...group, packages: byCount(members), vulnerabilities: members }))
    .sort((a, b) => b.vulnerabilities.length - a.vulnerabilities.length)
}

interface Draft extends Pick<VulnerabilityGroup, 'cause' | 'origin'> {
  readonly members: Vulnerability[]
}

function causeOf({ package: of }: Vulnerability, elsewhere: ReadonlyMap<string, ReadonlySet<string>>): Cause {
  const versions = elsewhere.get(subjectKey(of))
  return versions === undefined ? 'package' : versions.has(of.version) ? 'records' : 'version'
}

function byCount(vulnerabilities: readonly Vulnerability[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { package: of } of vulnerabilities) counts.set(of.name, (counts.get(of.name) ?? 0) + 1)
  return [...counts].sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1)).map(([name]) => name)
}
