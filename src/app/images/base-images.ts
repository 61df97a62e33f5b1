import type { ImageRecord, ListedImage } from '../../adapters/blob-store/index.ts'
import type { ResolvedImage } from '../../adapters/registry/index.ts'
import { SlipwayError } from '../../core/index.ts'
import {
  chainId,
  formatReference,
  normalizedKey,
  type Platform,
  platformMatches,
  type Reference,
  withDefaultTag,
} from '../../oci/index.ts'
import { digestOf, hexOf } from '../../core/index.ts'
import type { ImageAnswer } from '../../graph/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { withStoredPlatforms } from './missing-platform.ts'
import { withNearTags } from './near-tags.ts'

export interface LookUp {
  readonly reference: Reference
  readonly platform: Platform
  /** Ask the registry even when the store has an image of that name. */
  readonly pull: boolean
  readonly signal: AbortSignal
}

/**
 * What an image name stands for: an image of the store, else one of its registry, which then becomes an image of the
 * store without its layers being downloaded. Rejects as the registry client does.
 */
export async function findBaseImage(session: Session, lookUp: LookUp): Promise<ImageAnswer> {
  if (lookUp.pull) return answerOf(session, await keptImage(session, lookUp))
  const local = await localImage(session, lookUp)
  if (!(local instanceof SlipwayError)) return answerOf(session, local)
  try {
    return answerOf(session, await keptImage(session, lookUp))
  } catch (error) {
    throw withStoredPlatforms(error, local)
  }
}

async function keptImage(session: Session, lookUp: LookUp): Promise<ListedImage> {
  return keepImage(session, await findRemoteImage(session, lookUp))
}

/** What an image name stands for in the store alone; undefined when it is not there. Asks no registry. */
export async function findStoredImage(
  session: Session,
  lookUp: Pick<LookUp, 'reference' | 'platform'>,
): Promise<ImageAnswer | undefined> {
  const image = await localImage(session, lookUp)
  return image instanceof SlipwayError ? undefined : answerOf(session, image)
}

/** The image of the store that a name or digest stands for on a platform, or why there is none. */
async function localImage(
  session: Session,
  { reference, platform }: Pick<LookUp, 'reference' | 'platform'>,
): Promise<ListedImage | SlipwayError> {
  try {
    return await session.store.images.resolve(normalizedKey(reference), platform)
  } catch (error) {
    if (error instanceof SlipwayError && (error.code === 'image-not-found' || error.code === 'platform-unavailable'))
      return error
    throw error
  }
}

/** An image of a registry of which nothing is in the store yet. */
export interface FoundImage {
  readonly reference: Reference
  readonly resolved: ResolvedImage
  readonly layers: readonly LayerRef[]
}

/** What a name stands for at its registry. Until the process ends its layers can be prepared. */
export async function findRemoteImage(
  session: Session,
  { reference, platform, signal }: Omit<LookUp, 'pull'>,
): Promise<FoundImage> {
  const resolved = await withNearTags(session, reference, () => session.registry.resolve(reference, platform, signal))
  const layers = resolved.layers.map(({ blob, diffId }, index): LayerRef => {
    const chain = chainId(resolved.layers.slice(0, index + 1).map((layer) => layer.diffId)) ?? diffId
    return { id: hexOf(chain), diffId, content: diffId, size: 0, blob }
  })
  for (const { blob } of resolved.layers) session.origins.expect(blob.digest, withDefaultTag(reference))
  return { reference, resolved, layers }
}

/** Makes it an image of the store, under its name. Its layers need not be there: where they can be had is remembered. */
export async function keepImage(session: Session, { reference, resolved, layers }: FoundImage): Promise<ListedImage> {
  const written = formatReference(withDefaultTag(reference))
  for (const { blob } of resolved.layers) session.origins.put(blob.digest, written)
  const { os, architecture, variant } = resolved.config.value
  // A manifest is kept where all that it names is there: layers of a base are not downloaded before somebody needs them.
  const present = await Promise.all(resolved.layers.map(({ blob }) => session.store.has(blob.digest, blob.size)))
  const { bytes, value } = resolved.manifest
  const record = await session.store.images.put({
    config: resolved.config.bytes,
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    layers,
    origins: resolved.config.value.history.map(() => null),
    remote: { mediaType: value.mediaType, digest: digestOf(bytes), size: bytes.length },
    ...(present.every((there) => there) ? { manifest: { mediaType: value.mediaType, bytes } } : {}),
  })
  const name = normalizedKey(reference)
  await nameForPlatform(session, name, record)
  return { ...record, names: [name] }
}

/** Gives an image a name that keeps standing for the images of other platforms. `name` as `normalizedKey` gives it. */
export async function nameForPlatform({ store }: Session, name: string, record: ImageRecord): Promise<void> {
  // Several platforms of a base arrive side by side, and none may take the name from another.
  const before = naming.get(store) ?? Promise.resolve()
  const named = before.then(async () => {
    const others = (await store.images.list()).filter(
      (image) => image.names.includes(name) && !platformMatches(image.platform, record.platform),
    )
    await store.images.setName(name, [record.id, ...others.map((image) => image.id)])
  })
  const settled = named.catch(() => {})
  naming.set(store, settled)
  return named
}

const naming = new WeakMap<Session['store'], Promise<void>>()

async function answerOf(session: Session, image: ListedImage): Promise<ImageAnswer> {
  const config = await session.store.images.config(image.id)
  for (const { id } of image.layers) session.hold(`layers/${id}`)
  const layers = image.layers.map(({ id, diffId, content, size, blob }) => ({
    diffId,
    ...(blob === undefined ? {} : { blob }),
    local: { id, content, size },
  }))
  return { manifest: image.id, config, layers }
}
