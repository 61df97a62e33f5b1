import type { Digest } from '../core/index.ts'
import type { ImageUse } from './image-uses.ts'
import { atMost, type NewerTag, newerTags, type Severity } from './newer-tags.ts'
import { replacementOf } from './replaced-images.ts'
import { dayOf, productOf, releaseOfTag, type Support, supportOf, supportState, type SupportState } from './support.ts'
import { parseTag } from './tag-version.ts'

/** What a registry says about an image; each part is absent when it was not asked or has not answered. */
export interface RegistryFacts {
  readonly tags?: readonly string[]
  /** What the tag stands for now. */
  readonly digest?: Digest
}

/** What can be said about one use of an image. */
export interface Assessment {
  /** With `latest` where the file names no tag; absent where it gives a digest alone. */
  readonly tag?: string
  /** The tag stands for this now, and the file pins it to something else. */
  readonly moved?: Digest
  /** Newer tags, best first. Those without long-term support are not among them where the used one has it. */
  readonly newer: readonly NewerTag[]
  /** The newest of the same major version. */
  readonly wanted?: NewerTag
  /** The newest of all. */
  readonly latest?: NewerTag
  /** The largest step that is possible. */
  readonly severity?: Severity
  /** A newer release that is not among `newer` because it has no long-term support. */
  readonly shortTerm?: string
  readonly support: readonly { readonly of: Support; readonly state: SupportState }[]
  /** The support of something in it ends within 90 days. */
  readonly endsSoon: boolean
  readonly replaced?: ReturnType<typeof replacementOf>
  /** There is something to do about it. */
  readonly outdated: boolean
  readonly notes: readonly string[]
}

/** Ends that are nearer than this are told. */
const soon = 90

/** Judges a use of an image. `now` in milliseconds since 1970. */
export function assessUse(
  use: ImageUse & { readonly reference: NonNullable<ImageUse['reference']> },
  facts: RegistryFacts,
  now: number,
): Assessment {
  const { reference } = use
  const tag = reference.tag ?? (reference.digest === undefined ? 'latest' : undefined)
  const today = dayOf(now)
  const { newer, shortTerm } = newerReleases(use, facts.tags ?? [], today)
  const moved = tag !== undefined && facts.digest !== reference.digest ? facts.digest : undefined
  const pinMoved = reference.digest === undefined ? undefined : moved
  const support = supportOf(reference).map((of) => ({ of, state: supportState(of, today) }))
  const replaced = replacementOf(reference)
  const severity = newer.reduce<Severity | undefined>(
    (most, one) => (most !== undefined && atMost(one.severity, most) ? most : one.severity),
    pinMoved === undefined ? undefined : 'digest',
  )
  const [latest] = newer
  const wanted = newer.find((one) => one.severity !== 'major')
  const ended = support.some(({ state }) => state.kind === 'ended')
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(pinMoved === undefined ? {} : { moved: pinMoved }),
    newer,
    ...(wanted === undefined ? {} : { wanted }),
    ...(latest === undefined ? {} : { latest }),
    ...(severity === undefined ? {} : { severity }),
    ...(shortTerm === undefined ? {} : { shortTerm }),
    support,
    endsSoon: support.some(({ state }) => lastDays(state) !== undefined),
    ...(replaced === undefined ? {} : { replaced }),
    outdated: severity !== undefined || ended || replaced !== undefined,
    notes: [
      ...(replaced === undefined ? [] : [replacedNote(replaced)]),
      ...support.flatMap(({ of, state }) => supportNote(of, state)),
      ...(pinMoved === undefined ? [] : [`${tag} stands for another digest now`]),
      ...(shortTerm === undefined ? [] : [`${shortTerm} is newer, without long-term support`]),
      ...(tag === undefined ? ['pinned without a tag, so there is nothing to follow'] : versionNote(tag)),
    ],
  }
}

function newerReleases(
  { reference }: Pick<ImageUse, 'reference'>,
  tags: readonly string[],
  today: string,
): { readonly newer: readonly NewerTag[]; readonly shortTerm?: string } {
  const current = reference?.tag
  if (reference === undefined || current === undefined) return { newer: [] }
  const majorNumbers = productOf(reference)?.name === 'ubuntu' ? 2 : 1
  const all = newerTags(current, tags, { majorNumbers })
  const longTerm = (tag: string): boolean | undefined => {
    const release = releaseOfTag({ ...reference, tag })?.release
    return release === undefined ? undefined : release.longTerm !== undefined && release.longTerm <= today
  }
  if (longTerm(current) !== true) return { newer: all }
  // A release that the catalogue does not know may well have it.
  const newer = all.filter(({ tag }) => longTerm(tag) !== false)
  const [best] = all
  return { newer, ...(best === undefined || best === newer[0] ? {} : { shortTerm: best.tag }) }
}

function replacedNote({ name, what, instead }: NonNullable<Assessment['replaced']>): string {
  return `${name} ${what}${instead === undefined ? '' : `; take ${instead}`}`
}

function supportNote({ product, release }: Support, state: SupportState): readonly string[] {
  const name = `${product.title} ${release.name}`
  const left = lastDays(state)
  switch (state.kind) {
    case 'ended': {
      const paid = product.extendedFor === 'customers' && release.extended !== undefined
      return [`${name}: end of life since ${state.since}${paid ? ` (for customers ${release.extended})` : ''}`]
    }
    case 'extended':
      return left === undefined
        ? [`${name}: long-term support only, until ${release.extended}`]
        : [`${name}: long-term support ends in ${days(left)}`]
    case 'supported':
      return left === undefined ? [] : [`${name}: support ends in ${days(left)}`]
  }
}

/** The days that are left where they are few. */
function lastDays(state: SupportState): number | undefined {
  const left = state.kind === 'ended' ? undefined : state.daysLeft
  return left !== undefined && left <= soon ? left : undefined
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`
}

function versionNote(tag: string): readonly string[] {
  return parseTag(tag) === undefined ? [`${tag} names no version, so no tag is newer`] : []
}
