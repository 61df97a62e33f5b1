import { codenameOf, codenameOfRelease } from '../codenames.ts'

/** What a tag says, in the spellings that image families share. */
export interface ImageTag {
  /** Empty when the name has none. */
  readonly text: string
  /** `22` of `22-slim`, `3.12.1` of `v3.12.1-bookworm`; the first word that is a number. */
  readonly version?: string
  /** The words between the dashes, in lower case. */
  readonly words: readonly string[]
  /** The distribution that the tag names. */
  readonly platform?: TagPlatform
  /** For Windows: nothing else is known. */
  readonly isWindows: boolean
}

/** `bookworm`, `alpine3.20`, `noble`, `ubi9-minimal`, `al2023`. */
export interface TagPlatform {
  readonly name: 'debian' | 'ubuntu' | 'alpine' | 'ubi' | 'amazon' | 'oraclelinux' | 'azurelinux'
  readonly release?: string
}

/** Reads a tag; undefined and `latest` say nothing. */
export function readImageTag(text: string | undefined): ImageTag {
  const words = (text ?? '').toLowerCase().split('-').filter(Boolean)
  const version = words.map((word) => versionPattern.exec(word)?.[1]).find((found) => found !== undefined)
  const platform = platformOf(words)
  return {
    text: text ?? '',
    words,
    isWindows: words.some((word) => /^(windowsservercore|nanoserver|ltsc)/.test(word)),
    ...(version === undefined ? {} : { version }),
    ...(platform === undefined ? {} : { platform }),
  }
}

/** Whether one of the words stands in the tag. */
export function says({ words }: ImageTag, ...wanted: readonly string[]): boolean {
  return wanted.some((word) => words.includes(word))
}

/** The numbers of a version; what is left out counts as the newest. */
export function versionNumbers(version: string | undefined): readonly number[] {
  const numbers = (version ?? '').match(/\d+/g)?.map(Number) ?? []
  return [0, 1, 2].map((at) => numbers[at] ?? Number.POSITIVE_INFINITY)
}

/** The first number of a version; undefined without one. */
export function majorOf(version: string | undefined): number | undefined {
  const [first] = version?.match(/\d+/) ?? []
  return first === undefined ? undefined : Number(first)
}

const versionPattern = /^v?(\d+(?:\.\d+)*)(?:[._+u]\w+)*$/

function platformOf(words: readonly string[]): TagPlatform | undefined {
  for (const [at, word] of words.entries()) {
    const found = platformOfWord(word, words[at + 1])
    if (found !== undefined) return found
  }
  return undefined
}

function platformOfWord(word: string, next: string | undefined): TagPlatform | undefined {
  const family = codenameOf(word)?.family
  if (word === 'forky' || word === 'sid') return { name: 'debian', release: word }
  if (family === 'debian' || family === 'ubuntu') return { name: family, release: word }
  const alpine = /^alpine(\d+\.\d+)?/.exec(word)
  if (alpine !== null) return { name: 'alpine', ...released(alpine[1] ?? /^\d+\.\d+$/.exec(next ?? '')?.[0]) }
  const ubi = /^ubi(\d+)?$/.exec(word)
  if (ubi !== null) return { name: 'ubi', ...released(ubi[1]) }
  if (word === 'al2' || word === 'al2023') return { name: 'amazon', release: word.slice(2) }
  const oracle = /^(?:oraclelinux|ol)(\d+)(?:\.\d+)?$/.exec(word)
  if (oracle !== null || word === 'oracle') return { name: 'oraclelinux', ...released(oracle?.[1]) }
  const azure = /^(?:azurelinux|mariner)(\d+\.\d+)?$/.exec(word)
  if (azure !== null) return { name: 'azurelinux', ...released(azure[1]) }
  const debian = /^debian(\d+)?$/.exec(word)
  if (debian !== null) return { name: 'debian', ...released(debianRelease(debian[1])) }
  const ubuntu = /^ubuntu(\d+\.\d+)?$/.exec(word)
  if (ubuntu !== null) {
    return { name: 'ubuntu', ...released(ubuntuRelease(ubuntu[1] ?? /^\d+\.\d+$/.exec(next ?? '')?.[0])) }
  }
  return undefined
}

/** Debian's names that no release has yet. */
const unreleased: Readonly<Record<string, number>> = { forky: 14, testing: 14, sid: 15, unstable: 15 }
const aliases: Readonly<Record<string, string>> = { stable: 'trixie', oldstable: 'bookworm', oldoldstable: 'bullseye' }

/** `bookworm` for `12`, `12.5`, `oldstable`; undefined for other words. */
export function debianRelease(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const alias = aliases[text] ?? text
  if (codenameOf(alias)?.family === 'debian' || unreleased[alias] !== undefined) return alias
  return codenameOfRelease('debian', /^\d+/.exec(text)?.[0] ?? '')
}

/** The place of a Debian release among its kind: 12 for bookworm; undefined for other words. */
export function debianNumber(release: string | undefined): number | undefined {
  const known = codenameOf(release ?? '')
  return known?.family === 'debian' ? known.rank : unreleased[release ?? '']
}

/** Year and month of an Ubuntu release as a number: 24.04 for noble. */
export function ubuntuNumber(release: string | undefined): number | undefined {
  const known = codenameOf(release ?? '')
  return known?.family === 'ubuntu' ? known.rank : undefined
}

/** `noble` for `24.04`. */
export function ubuntuRelease(text: string | undefined): string | undefined {
  return text === undefined ? undefined : codenameOfRelease('ubuntu', text)
}

function released(release: string | undefined): { readonly release?: string } {
  return release === undefined ? {} : { release }
}

/** `22` of `jod-slim`; undefined where the tag has no codename of that product. */
export function codenamedVersion({ words }: ImageTag, family: string): string | undefined {
  const found = words.map((word) => codenameOf(word)).find((codename) => codename?.family === family)
  return found === undefined ? undefined : String(found.rank)
}
