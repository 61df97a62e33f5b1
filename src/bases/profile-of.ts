import { parseReference, type Reference } from '../oci/index.ts'
import type { BaseProfile } from './base-profile.ts'
import { anyVariant } from './profiles/any-variant.ts'
import { families } from './profiles/families.ts'
import { grown, type ImageFacts, stemOf } from './profiles/image-facts.ts'
import { readImageTag } from './profiles/image-tag.ts'
import { wellKnownLibraries, wellKnownPrograms } from './profiles/well-known.ts'

export interface ProfileOptions {
  /** The parsed name, where there is one already. */
  readonly reference?: Reference
}

/** What is known of an image by its name: variables filled in. A name that is no name is an unknown image. */
export function profileOf(written: string, options: ProfileOptions = {}): BaseProfile {
  if (written === 'scratch') return profile(written, empty)
  const parsed = options.reference ?? parseReference(written)
  if ('error' in parsed) return profile(written, undefined)
  const family = families.find(({ matches }) => matches(parsed))
  const pinnedOnly = parsed.tag === undefined && parsed.digest !== undefined
  if (family !== undefined && pinnedOnly) return profile(written, anyVariant(family, parsed), parsed)
  const facts = family?.facts(readImageTag(parsed.tag), parsed)
  return profile(written, facts, parsed)
}

const empty: ImageFacts = grown(
  {},
  {
    libc: 'none',
    hasShell: false,
    packageManager: 'none',
    user: '0',
    accounts: '',
    variant: 'empty',
    hasCompiler: false,
    hasCertificates: false,
    complete: 'all',
  },
)

function profile(written: string, facts: ImageFacts | undefined, reference?: Reference): BaseProfile {
  const { programs, libraries, unsure, complete, smallerTag, smallerName, env, ...rest } = facts ?? {}
  const smaller = reference === undefined ? undefined : smallerOf(reference, { smallerTag, smallerName })
  return {
    ...rest,
    written,
    ...(reference === undefined ? {} : { reference }),
    known: facts !== undefined,
    isEmpty: facts === empty,
    env: env ?? new Map(),
    ...(smaller === undefined ? {} : { smaller }),
    hasProgram: (name) => answer(programs, unsure, complete, wellKnownPrograms, name, name),
    hasLibrary: (soname) => answer(libraries, unsure, complete, wellKnownLibraries, soname, stemOf(soname)),
  }
}

function answer(
  there: ReadonlySet<string> | undefined,
  unsure: ReadonlySet<string> | undefined,
  complete: ImageFacts['complete'],
  wellKnown: ReadonlySet<string>,
  name: string,
  key: string,
): boolean | undefined {
  if (there?.has(name) === true) return true
  if (complete === undefined || unsure?.has(key) === true) return undefined
  return complete === 'all' || wellKnown.has(key) ? false : undefined
}

/** The smaller image as it would be written, without the digest. */
function smallerOf(
  { written, tag }: Reference,
  { smallerTag, smallerName }: { readonly smallerTag: string | undefined; readonly smallerName: string | undefined },
): string | undefined {
  if (smallerTag === undefined && smallerName === undefined) return undefined
  const [all = ''] = written.split('@')
  const name = tag === undefined ? all : all.slice(0, -tag.length - 1)
  const other = smallerTag ?? tag
  const renamed = smallerName === undefined ? name : name.replace(/[^/]*$/, smallerName)
  return other === undefined ? renamed : `${renamed}:${other}`
}
