import { type Digest, SlipwayError } from '../../core/index.ts'
import { formatReference, parseReference, withDefaultTag } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { pushImages } from './push-images.ts'

/**
 * Sends what a name of the store stands for, all its platforms, to the registry of that name. Gives the digest that the
 * name then has there, and the tag. Rejects with `image-not-found` or as the registry client does.
 */
export async function pushImage(
  session: Session,
  text: string,
  signal: AbortSignal,
): Promise<{ readonly digest: Digest; readonly tag: string }> {
  const parsed = parseReference(text)
  if ('error' in parsed) throw new SlipwayError('bad-reference', parsed.error)
  const reference = withDefaultTag(parsed)
  const images = await session.store.images.resolveAll(text)
  const digest = await internalStep(session, `pushing ${formatReference(reference)}`, (progress) =>
    pushImages(session, images, { name: text, progress, signal }),
  )
  return { digest, tag: reference.tag ?? digest }
}
