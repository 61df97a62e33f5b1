import { familiarName, familiarRepository, type Reference } from '../../oci/index.ts'
import { nearest, SlipwayError } from '../../core/index.ts'
import type { Session } from '../session.ts'

/** Enough to see how the tags of a repository look. */
const shownTags = 8

/** Runs a question about a name; when its tag does not exist, the error names those that do. */
export async function withNearTags<T>(
  { registry }: Pick<Session, 'registry'>,
  reference: Reference,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'image-not-found') throw error
    const { tag, digest, ...rest } = reference
    if (tag === undefined || digest !== undefined) throw error
    // Whoever has no tags to show, for whatever reason, leaves the error as it is.
    const tags = await registry.tags(rest, { firstPage: true }).catch(() => [])
    if (tags.length === 0) throw error
    const near = nearest(tag, tags).map((one) => familiarName({ ...rest, tag: one }))
    const more = tags.length > shownTags ? ` and ${tags.length - shownTags} more` : ''
    throw new SlipwayError('image-not-found', error.message, {
      cause: error,
      notes: [...error.notes, `${familiarRepository(rest)} has the tags ${tags.slice(0, shownTags).join(', ')}${more}`],
      ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` }),
    })
  }
}
