import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import {
  familiarRepository,
  formatReference,
  normalizedKey,
  parseReference,
  type Platform,
  type Reference,
  withDefaultTag,
} from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { readTree } from '../copy/image-tree.ts'
import { openSource } from '../copy/open-source.ts'
import { referenceOf } from '../copy/place.ts'
import { writeToStore } from '../copy/write-tree.ts'
import type { Session } from '../session.ts'
import { findRemoteImage, keepImage } from './base-images.ts'

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

/** Fetches an image with all its layers and unpacks them; it has a name when that is done. Rejects as the registry client does. */
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
  const found = await internalStep(session, `resolve ${name}`, () =>
    findRemoteImage(session, { reference, platform, signal }),
  )
  await internalStep(session, `pull ${name}`, (progress) => session.engine.prepare(found.layers, progress, signal))
  const image = await keepImage(session, found)
  return {
    image,
    digest: found.resolved.reference.digest,
    name,
    reference,
    upToDate: before.some((old) => old.id === image.id),
  }
}

/**
 * Fetches several platforms of an image, all when none are named; they are unpacked when somebody needs their files. All
 * together keep their index, which a push then sends to the byte.
 */
export async function pullPlatforms(
  session: Session,
  text: string,
  { platforms, signal }: { readonly platforms?: readonly Platform[]; readonly signal: AbortSignal },
): Promise<Pick<PulledImage, 'digest' | 'name' | 'upToDate'>> {
  const reference = referenceOf(text)
  const name = formatReference(reference)
  const idsOf = async (): Promise<string> =>
    (await session.store.images.list())
      .filter((image) => image.names.includes(normalizedKey(reference)))
      .map((image) => image.id)
      .sort()
      .join(' ')
  const before = await idsOf()
  const place = { kind: 'registry', reference } as const
  const digest = await internalStep(session, `pull ${name}`, async (progress) => {
    const source = await openSource(session, place, signal)
    const tree = await readTree(source, { what: name, ...(platforms === undefined ? {} : { platforms }) })
    await writeToStore(session, text, { tree, source, progress, signal })
    return source.root.digest
  })
  return { digest, name, upToDate: before === (await idsOf()) }
}

/** All tags of a repository, as names. Rejects as the registry client does. */
export async function namesAtRegistry(session: Session, text: string, signal: AbortSignal): Promise<readonly string[]> {
  const parsed = parseReference(text)
  if ('error' in parsed) throw new SlipwayError('bad-reference', parsed.error)
  if (parsed.tag !== undefined || parsed.digest !== undefined)
    throw new SlipwayError('usage', `--all-tags takes a name without a tag: ${familiarRepository(parsed)}`)
  const tags = await session.registry.tags(parsed, { signal })
  return tags.map((tag) => `${familiarRepository(parsed)}:${tag}`)
}
