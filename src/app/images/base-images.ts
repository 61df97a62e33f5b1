import type { ImageRecord, ListedImage } from '../../adapters/blob-store/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import {
  chainId,
  formatReference,
  normalizedKey,
  type Platform,
  type Reference,
  withDefaultTag,
} from '../../oci/index.ts'
import { hexOf } from '../../core/index.ts'
import type { ImageAnswer } from '../../graph/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'

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
  const local = lookUp.pull ? undefined : await localImage(session, lookUp)
  return answerOf(session, local ?? (await pullManifest(session, lookUp)).image)
}

/** What an image name stands for in the store alone; undefined when it is not there. Asks no registry. */
export async function findStoredImage(
  session: Session,
  lookUp: Pick<LookUp, 'reference' | 'platform'>,
): Promise<ImageAnswer | undefined> {
  const image = await localImage(session, lookUp)
  return image === undefined ? undefined : answerOf(session, image)
}

/** The image of the store that a name or digest stands for on a platform. */
async function localImage(
  session: Session,
  { reference, platform }: Pick<LookUp, 'reference' | 'platform'>,
): Promise<ListedImage | undefined> {
  try {
    return await session.store.images.resolve(normalizedKey(reference), platform)
  } catch (error) {
    if (error instanceof SlipwayError && (error.code === 'image-not-found' || error.code === 'platform-unavailable'))
      return undefined
    throw error
  }
}

/**
 * Configuration and layer list of an image of a registry, put into the store under its name. `digest` is what the name
 * stands for there: the manifest, or the index of several platforms.
 */
export async function pullManifest(
  session: Session,
  { reference, platform, signal }: LookUp,
): Promise<{ readonly image: ListedImage; readonly digest: Digest }> {
  const resolved = await session.registry.resolve(reference, platform, signal)
  const layers = resolved.layers.map(({ blob, diffId }, index): LayerRef => {
    const chain = chainId(resolved.layers.slice(0, index + 1).map((layer) => layer.diffId)) ?? diffId
    return { id: hexOf(chain), diffId, content: diffId, size: 0, blob }
  })
  const written = formatReference(withDefaultTag(reference))
  for (const { blob } of resolved.layers) session.origins.put(blob.digest, written)
  const { images } = session.store
  const { os, architecture, variant } = resolved.config.value
  const record = await images.put({
    config: resolved.config.bytes,
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    layers,
    origins: resolved.config.value.history.map(() => null),
  })
  const name = normalizedKey(reference)
  await nameForPlatform(session, name, record)
  return { image: { ...record, names: [name] }, digest: resolved.reference.digest }
}

/** Gives an image a name that keeps standing for the images of other platforms. `name` as `normalizedKey` gives it. */
export async function nameForPlatform({ store }: Session, name: string, record: ImageRecord): Promise<void> {
  const others = (await store.images.list()).filter(
    (image) => image.names.includes(name) && image.platform.architecture !== record.platform.architecture,
  )
  await store.images.setName(name, [record.id, ...others.map((image) => image.id)])
}

async function answerOf(session: Session, image: ListedImage): Promise<ImageAnswer> {
  const config = await session.store.images.config(image.id)
  const layers = image.layers.map(({ id, diffId, content, size, blob }) => ({
    diffId,
    ...(blob === undefined ? {} : { blob }),
    local: { id, content, size },
  }))
  return { manifest: image.id, config, layers }
}
