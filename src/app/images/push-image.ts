import { type Digest, SlipwayError } from '../../core/index.ts'
import { familiarRepository, formatReference, parseReference, type Platform, type Reference } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { readTree } from '../copy/image-tree.ts'
import { referenceOf } from '../copy/place.ts'
import { openStored } from '../copy/stored-source.ts'
import { writeToRegistry } from '../copy/write-tree.ts'
import type { Session } from '../session.ts'

export interface PushRequest {
  /** Absent: all that the store has. */
  readonly platforms?: readonly Platform[]
  /** Another name at the registry than in the store. */
  readonly target?: string
  readonly signal: AbortSignal
}

/** What a name has become at its registry. */
export interface PushedImage {
  readonly digest: Digest
  readonly tag: string
  /** Bytes of the manifest or index. */
  readonly size: number
}

/**
 * Sends what a name of the store stands for, all its platforms, to the registry of that name. Rejects with `image-not-found`
 * or as the registry client does.
 */
export async function pushImage(
  session: Session,
  text: string,
  { platforms, target, signal }: PushRequest,
): Promise<PushedImage> {
  const reference = referenceOf(target ?? text)
  return internalStep(session, `pushing ${formatReference(reference)}`, async (progress) => {
    const source = await openStored(session, text, signal)
    const tree = await readTree(source, {
      what: text,
      attested: true,
      ...(platforms === undefined ? {} : { platforms }),
    })
    await writeToRegistry(session, { reference }, { tree, source, progress, signal })
    const { digest, size } = tree.root
    return { digest, size, tag: reference.tag ?? digest }
  })
}

/** All names that the store has in a repository, as people write them. Rejects with `image-not-found` without any. */
export async function namesIn({ store }: Session, text: string): Promise<readonly string[]> {
  const wanted = parseReference(text)
  if ('error' in wanted) throw new SlipwayError('bad-reference', wanted.error)
  if (wanted.tag !== undefined || wanted.digest !== undefined)
    throw new SlipwayError('usage', `--all-tags takes a name without a tag: ${familiarRepository(wanted)}`)
  const names = (await store.images.list()).flatMap((image) => image.names)
  const found = names.filter((name) => isIn(name, wanted))
  if (found.length > 0) return [...new Set(found)].sort()
  throw new SlipwayError('image-not-found', `there is no image of ${familiarRepository(wanted)} in the store`)
}

function isIn(name: string, wanted: Reference): boolean {
  const reference = parseReference(name)
  if ('error' in reference || reference.tag === undefined) return false
  return reference.registry === wanted.registry && reference.repository === wanted.repository
}
