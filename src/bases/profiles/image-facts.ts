import type { BaseProfile } from '../base-profile.ts'

/** What an image holds. Lists of names grow; everything else is what the last word said. */
export interface ImageFacts
  extends Omit<
    Partial<BaseProfile>,
    'written' | 'reference' | 'known' | 'isEmpty' | 'hasProgram' | 'hasLibrary' | 'smaller' | 'env'
  > {
  readonly programs?: ReadonlySet<string>
  /** Sonames: `libssl.so.3`. */
  readonly libraries?: ReadonlySet<string>
  /** Programs, and stems of libraries (`libGL`), of which nobody can say whether they are there. */
  readonly unsure?: ReadonlySet<string>
  /**
   * Whether the lists are complete: `all`: nothing else is there; `well-known`: none of the widely known ones is there
   * besides; absent: other things may be there.
   */
  readonly complete?: 'all' | 'well-known'
  /** A tag of the same repository with the same software and less besides. */
  readonly smallerTag?: string
  /** The last part of the name of a repository beside it, with the same tags: `aspnet` for `sdk`. */
  readonly smallerName?: string
  readonly env?: ReadonlyMap<string, string>
}

/** What is added to an image; lists are words between blanks. */
export interface Additions extends Omit<ImageFacts, 'programs' | 'libraries' | 'unsure' | 'accounts' | 'env'> {
  readonly programs?: string
  readonly libraries?: string
  readonly unsure?: string
  readonly accounts?: string
  readonly env?: Readonly<Record<string, string>>
}

/** An image that is made from another one. What is added is no longer unsure. */
export function grown(facts: ImageFacts, additions: Additions): ImageFacts {
  const { programs, libraries, unsure, accounts, env, ...rest } = additions
  const added = new Set([...namesIn(programs), ...namesIn(libraries).map(stemOf)])
  const open = [...(facts.unsure ?? [])].filter((name) => !added.has(name))
  return {
    ...facts,
    ...rest,
    programs: new Set([...(facts.programs ?? []), ...namesIn(programs)]),
    libraries: new Set([...(facts.libraries ?? []), ...namesIn(libraries)]),
    unsure: new Set([...open, ...namesIn(unsure)]),
    ...(facts.accounts === undefined && accounts === undefined
      ? {}
      : { accounts: new Set([...(facts.accounts ?? []), ...namesIn(accounts)]) }),
    env: new Map([...(facts.env ?? []), ...Object.entries(env ?? {})]),
  }
}

/** An image without some of the programs of the one it was made from. */
export function without(facts: ImageFacts, programs: string): ImageFacts {
  const gone = new Set(namesIn(programs))
  return { ...facts, programs: new Set([...(facts.programs ?? [])].filter((name) => !gone.has(name))) }
}

/** `libssl` of `libssl.so.3`, and of `libssl`. */
export function stemOf(soname: string): string {
  return soname.replace(/\.so(\..*)?$/, '')
}

/** The words of a list. */
export function namesIn(text: string | undefined): readonly string[] {
  return text?.split(/\s+/).filter(Boolean) ?? []
}
