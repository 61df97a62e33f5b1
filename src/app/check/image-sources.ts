import { SlipwayError } from '../../core/index.ts'
import type { BuildRequest, BuildWorld } from '../build/build-request.ts'
import { build } from '../build/build.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { ensureImage } from '../images/ensure-image.ts'
import type { Session } from '../session.ts'
import { builtFrom } from './built-images.ts'
import { type BuiltImage, type FindImage, readBuilt } from './built-image.ts'
import { startImage } from './start-image.ts'

/** How far to go with an image. */
export interface ImageUse {
  readonly signal: AbortSignal
  /** Its start command is tried, too. */
  readonly start: boolean
}

/** The image that is named, for whatever Dockerfile. Rejects as `ensureImage` and `startImage` do. */
export function namedImage(session: Session, image: string, use: ImageUse): FindImage {
  return () => wholeImage(session, image, use)
}

/** The image that was built here last of the same text; layers of its base are fetched. */
export function storedImage(session: Session, signal: AbortSignal): FindImage {
  return async (built) => {
    const id = builtFrom(session.root, built)
    if (id === undefined) return undefined
    try {
      return await wholeImage(session, id, { signal, start: false })
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'image-not-found') return undefined
      throw error
    }
  }
}

/**
 * Builds the Dockerfile: `request` is how, but for Dockerfile, context and target. Keeps the image. Rejects as `build` and
 * `startImage` do.
 */
export function freshImage(
  session: Session,
  request: Omit<BuildRequest, 'context' | 'dockerfile' | 'target'>,
  { start, ...world }: BuildWorld & ImageUse,
): FindImage {
  return async ({ path, context, target }) => {
    if (path === undefined || context === undefined)
      throw new SlipwayError('usage', 'a Dockerfile without a context cannot be built', {
        hint: 'name the directory that it is built from: slipway check --level build DIRECTORY',
      })
    const how = { ...request, context, dockerfile: path, ...(target === undefined ? {} : { target }) }
    const [first] = (await build(session, how, world)).images
    return first === undefined ? undefined : wholeImage(session, first.id, { signal: world.signal, start })
  }
}

async function wholeImage(session: Session, image: string, { signal, start }: ImageUse): Promise<BuiltImage> {
  await ensureImage(session, { image }, signal)
  const chosen = await chosenImage(session, image, undefined)
  const built = await readBuilt(session, chosen)
  if (!start || built.facts === undefined) return built
  const run = await startImage(session, chosen, { facts: built.facts, signal })
  return run === undefined ? built : { ...built, run }
}
