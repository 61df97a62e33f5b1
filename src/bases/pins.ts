import type { Reference } from '../oci/index.ts'
import { isNamed } from './image-name.ts'
import { supportOf, supportState } from './support.ts'
import { parseTag } from './tag-version.ts'

/** A release whose support has ended. */
export interface EndedSupport {
  /** `Node.js 14` */
  readonly title: string
  /** `YYYY-MM-DD` */
  readonly since: string
}

/** Software whose full version has two numbers. */
const twoNumbers: readonly string[] = ['postgres', 'debian', 'keycloak']

/** Whether a tag names one release for good: a full version, or a build with a date. What is rebuilt under it does not count. */
export function isExactTag(reference: Reference): boolean {
  const version = reference.tag === undefined ? undefined : parseTag(reference.tag)
  if (version === undefined) return false
  if (version.builds.length > 0 || (version.family === 'date' && version.release.length >= 3)) return true
  const wanted = twoNumbers.some((name) => isNamed(reference, name)) ? 2 : 3
  return version.release.length >= wanted
}

/** What an image holds, as its name tells, and nobody supports any more on a day (`YYYY-MM-DD`). */
export function endOfSupport(reference: Reference, day: string): readonly EndedSupport[] {
  return supportOf(reference).flatMap((support) => {
    const state = supportState(support, day)
    const { product, release } = support
    return state.kind === 'ended' ? [{ title: `${product.title} ${release.name}`, since: state.since }] : []
  })
}
