import { compareNumbers, compareTags, parseTag, type TagVersion } from './tag-version.ts'

/** How much changes. `digest`: the same name has other content. */
export type Severity = 'digest' | 'patch' | 'minor' | 'major'

/** Severities from the smallest change to the largest. */
export const severities: readonly Severity[] = ['digest', 'patch', 'minor', 'major']

/** A tag that is newer than another one. */
export interface NewerTag {
  readonly tag: string
  readonly version: TagVersion
  readonly severity: Exclude<Severity, 'digest'>
}

export interface NewerTagsOptions {
  /** How many numbers of the release are its major version: two for Ubuntu, where 22.10 does not follow 22.04 quietly. */
  readonly majorNumbers?: number
}

/**
 * The newer ones of a repository's tags, best first: those of the same kind (the same words, the same number of numbers)
 * that lower nothing. Tags of unfinished releases only for those who have one. Empty for a tag without a version.
 */
export function newerTags(
  current: string,
  tags: readonly string[],
  { majorNumbers = 1 }: NewerTagsOptions = {},
): readonly NewerTag[] {
  const from = parseTag(current)
  if (from === undefined) return []
  const found = tags.flatMap((tag): readonly NewerTag[] => {
    const version = parseTag(tag)
    if (version === undefined || !follows(from, version)) return []
    return [{ tag, version, severity: severityOf(from, version, majorNumbers) }]
  })
  // Two spellings of one version (1.2 and 01.2) must not make the answer depend on the order of the registry.
  return found.sort((a, b) => compareTags(b.version, a.version) || (a.tag < b.tag ? -1 : 1))
}

/** Whether a severity is at most another one. */
export function atMost(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit)
}

function follows(from: TagVersion, to: TagVersion): boolean {
  if (to.kind !== from.kind || (to.unfinished !== undefined && from.unfinished === undefined)) return false
  const lowers = to.platforms.some(({ version }, at) => compareNumbers(version, from.platforms[at]?.version ?? []) < 0)
  return !lowers && compareTags(to, from) > 0
}

function severityOf(from: TagVersion, to: TagVersion, majorNumbers: number): NewerTag['severity'] {
  const changes = to.platforms.map(({ version, codename }, at) =>
    changeOf(from.platforms[at]?.version ?? [], version, codename ? version.length : 1),
  )
  // Days follow each other; nothing says which of them broke something.
  const change = from.family === 'date' ? 'minor' : changeOf(from.release, to.release, majorNumbers)
  return changes.reduce((most, one) => (atMost(one, most) ? most : one), change)
}

function changeOf(before: readonly number[], after: readonly number[], majorNumbers: number): NewerTag['severity'] {
  const at = after.findIndex((number, index) => number !== before[index])
  if (at < 0) return 'patch'
  return at < majorNumbers ? 'major' : at <= 1 ? 'minor' : 'patch'
}
