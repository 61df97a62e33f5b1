import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import { formatReference, type Platform, type Reference, parseReference, withDefaultTag } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { pullManifest } from './base-images.ts'

export interface PulledImage {
  readonly image: ListedImage
  /** What the name stands for at the registry: the manifest, or the index of several platforms. */
  readonly digest: Digest
  /** Full: `docker.io/library/debian:bookworm-slim`. */
  readonly name: string
  readonly reference: Reference
  /** The store had this very image under the name before. */
  readonly upToDate: boolean
}

/** Fetches an image with all its layers and unpacks them. Rejects as the registry client does. */
export async function pullImage(
  session: Session,
  text: string,
  { platform, signal }: { readonly platform: Platform; readonly signal: AbortSignal },
): Promise<PulledImage> {
  const parsed = parseReference(text)
  if ('error' in parsed) throw new SlipwayError('bad-reference', parsed.error)
  const reference = withDefaultTag(parsed)
  const name = formatReference(reference)
  const before = (await session.store.images.list()).filter((image) => image.names.includes(name))
  const { image, digest } = await internalStep(session, `resolve ${name}`, () =>
    pullManifest(session, { reference, platform, pull: true, signal }),
  )
  await internalStep(session, `pull ${name}`, (progress) => session.engine.prepare(image.layers, progress, signal))
  return { image, digest, name, reference, upToDate: before.some((old) => old.id === image.id) }
}
