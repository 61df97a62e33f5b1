import { codenameOf } from './codenames.ts'

/**
 * A tag that names a version. Tags of the same `kind` can be compared: they have the same words and numbers in the same
 * places, and differ in what the numbers and codenames are.
 */
export interface TagVersion {
  readonly tag: string
  readonly kind: string
  /** `[20, 11, 1]` of `20.11.1-slim`; `[12]` of `bookworm`; year, month and day of a date. */
  readonly release: readonly number[]
  /** What the release is counted by; undefined for plain numbers. */
  readonly family?: string
  /** Absent for finished releases. Compared word by word, number by number. */
  readonly unfinished?: readonly (string | number)[]
  /** Versions of other things in the tag, which a newer tag must not lower: `alpine3.20`, `bookworm`, `ubi9`. */
  readonly platforms: readonly NamedVersion[]
  /** Builds of the same release: `-r15`, `-1476`, dates behind a codename. */
  readonly builds: readonly (readonly number[])[]
}

/** The version of a distribution inside a tag. */
export interface NamedVersion {
  readonly name: string
  readonly version: readonly number[]
  /** The version is a codename: another one is another major version. */
  readonly codename: boolean
}

interface Draft {
  release: readonly number[]
  family?: string
  unfinished?: readonly (string | number)[]
  readonly kind: string[]
  readonly platforms: NamedVersion[]
  readonly builds: (readonly number[])[]
}

/** Undefined for tags without a version: `latest`, `lts-alpine`, commits. */
export function parseTag(tag: string): TagVersion | undefined {
  const draft: Draft = { release: [], kind: [], platforms: [], builds: [] }
  const rest = readRelease(draft, tag)
  if (rest === undefined) return undefined
  readParts(draft, readUnfinished(draft, rest))
  const { kind, ...version } = draft
  return { tag, kind: kind.join('-'), ...version }
}

/** Negative when `a` is older. Both must be of the same kind. */
export function compareTags(a: TagVersion, b: TagVersion): number {
  return (
    compareNumbers(a.release, b.release) ||
    compareUnfinished(a.unfinished, b.unfinished) ||
    compareLists(a.platforms, b.platforms, (left, right) => compareNumbers(left.version, right.version)) ||
    compareLists(a.builds, b.builds, compareNumbers)
  )
}

/** Number by number; what one of them lacks counts as nothing. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

const stampPattern =
  /^(?<lead>[A-Za-z]+[.-]|v)?(?<day>(?:19|20)\d\d-?[01]\d-?[0-3]\d)(?<time>T?\d\d[-.]?\d\d(?:[-.]?\d\d)?Z?)?(?=[-.]|$)/
// Eight digits that are no date, and more, are a commit or a serial number of something else.
const numbersPattern = /^(?<lead>v|V|version-|release-)?(?<numbers>\d{1,7}(?:[._+]\d{1,14})*)(?!\d)/
const updatePattern = /^(\d+)u(\d+)(?:-b(\d+))?(?=-|$)/

/** Takes the release from the front of a tag; the rest. */
function readRelease(draft: Draft, tag: string): string | undefined {
  const stamp = stampPattern.exec(tag)
  if (stamp !== null && codenameOf(stamp.groups?.['lead']?.slice(0, -1) ?? '') === undefined) {
    const { lead = '', day = '', time = '' } = stamp.groups ?? {}
    draft.release = [...dayNumbers(day), ...(time.match(/\d\d/g) ?? []).map(Number)]
    draft.family = 'date'
    draft.kind.push(`${lead}date${day.includes('-') ? 'es' : ''}${draft.release.length}`)
    return tag.slice(stamp[0].length)
  }
  const update = updatePattern.exec(tag)
  if (update !== null) {
    draft.release = update.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]))
    draft.kind.push(`#u${draft.release.length}`)
    return tag.slice(update[0].length)
  }
  const match = numbersPattern.exec(tag)
  if (match !== null) {
    const { lead = '', numbers = '' } = match.groups ?? {}
    draft.release = numbersIn(numbers)
    draft.kind.push(`${lead}#${draft.release.length}`)
    return tag.slice(match[0].length)
  }
  return readCodename(draft, tag)
}

function readCodename(draft: Draft, tag: string): string | undefined {
  const [word = ''] = tag.split('-', 1)
  const codename = codenameOf(word)
  if (codename === undefined) return undefined
  draft.release = [codename.rank]
  draft.family = codename.family
  draft.kind.push(codename.family)
  return tag.slice(word.length)
}

const unfinishedPattern =
  /^(?:-?(?<word>alpha|beta|rc|cr|pre|preview|snapshot|nightly|ea|m)[.-]?(?<count>\d+(?:\.\d+)*)?|(?<letter>[ab])(?<number>\d+))(?=-|$)/i

/** Takes what marks a release as not finished: `rc1`, `-beta.2`, Python's `a3`; the rest. */
function readUnfinished(draft: Draft, rest: string): string {
  const match = unfinishedPattern.exec(rest)
  if (match === null) return rest
  const { word, count, letter, number } = match.groups ?? {}
  draft.unfinished = [(word ?? letter ?? '').toLowerCase(), ...numbersIn(count ?? number ?? '')]
  return rest.slice(match[0].length)
}

const distributionPattern =
  /^(alpine|debian|ubuntu|ubi|el|fc|fedora|rhel|centos|stream|rockylinux|rocky|almalinux|ol|oraclelinux|leap|photon|azurelinux|cbl-mariner|ltsc)(\d+(?:\.\d+)*)?$/
const buildPattern = /^(r|p|b|build|rev|post)?(\d+(?:\.\d+)*)$/
const dayPattern = /^(?:19|20)\d\d[01]\d[0-3]\d(?:\.\d+)?$/

/** The words behind the release, one by one. */
function readParts(draft: Draft, rest: string): void {
  const parts = rest.split('-')
  // What stands right behind the release, without a dash, belongs to it: the letter of 1.1.1w.
  const [attached = ''] = parts
  if (/^[a-z]$/.test(attached)) {
    draft.builds.push([attached.charCodeAt(0)])
    draft.kind.push('letter')
  } else draft.kind.push(attached)
  let counting = true
  for (let at = 1; at < parts.length; at += 1) {
    const part = parts[at] ?? ''
    const next = parts[at + 1]
    if (readBuild(draft, part, counting)) continue
    counting = false
    const codename = codenameOf(part)
    const [, name, version] = distributionPattern.exec(part) ?? []
    if (codename !== undefined && codename.family !== 'node') {
      addPlatform(draft, { name: codename.family, version: [codename.rank], codename: true })
    } else if (name !== undefined && version !== undefined) {
      addPlatform(draft, { name, version: numbersIn(version), codename: false })
    } else if (name !== undefined && next !== undefined && /^\d+(\.\d+)*$/.test(next)) {
      addPlatform(draft, { name, version: numbersIn(next), codename: false })
      at += 1
    } else draft.kind.push(part)
  }
}

/** Whether the part counts builds. Plain numbers do right behind the release only: in `-jdk-21` they are another thing's. */
function readBuild(draft: Draft, part: string, counting: boolean): boolean {
  if (dayPattern.test(part)) {
    draft.builds.push(numbersIn(part))
    draft.kind.push('date')
    return true
  }
  const [, name = '', numbers] = buildPattern.exec(part) ?? []
  if (numbers === undefined || (name === '' && !counting)) return false
  draft.builds.push(numbersIn(numbers))
  draft.kind.push(`${name}#${numbersIn(numbers).length}`)
  return true
}

function addPlatform(draft: Draft, platform: NamedVersion): void {
  draft.platforms.push(platform)
  draft.kind.push(`${platform.name}${platform.codename ? '@' : `#${platform.version.length}`}`)
}

function dayNumbers(day: string): readonly number[] {
  const digits = day.replaceAll('-', '')
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number)
}

function numbersIn(text: string): readonly number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

function compareUnfinished(a: TagVersion['unfinished'], b: TagVersion['unfinished']): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left = -1, right = -1] = [a[at], b[at]]
    if (left === right) continue
    if (typeof left === 'number' && typeof right === 'number') return left - right
    return String(left) < String(right) ? -1 : 1
  }
  return 0
}

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (left: T, right: T) => number): number {
  for (const [at, left] of a.entries()) {
    const right = b[at]
    const difference = right === undefined ? 1 : compare(left, right)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
