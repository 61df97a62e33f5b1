import { SlipwayError } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import { machinePlatform } from '../build/plan-request.ts'
import type { Session } from '../session.ts'
import { chosenImage } from './chosen-image.ts'
import { internalStep } from '../build/internal-step.ts'
import { withStoredPlatforms } from './missing-platform.ts'
import { pullImage } from './pull-image.ts'

export interface WantedImage {
  readonly image: string
  readonly platform?: Platform
}

/** Sees to it that an image and the files of its layers are in the store: one that is not there is pulled. */
export async function ensureImage(session: Session, wanted: WantedImage, signal: AbortSignal): Promise<void> {
  const { image: name, platform } = wanted
  try {
    const image = await chosenImage(session, name, platform)
    if (image.layers.every((layer) => session.layers.has(layer.id))) return
    await internalStep(session, `fetch layers of ${name}`, (progress) =>
      session.engine.prepare(image.layers, progress, signal),
    )
  } catch (error) {
    const missing =
      error instanceof SlipwayError && (error.code === 'image-not-found' || error.code === 'platform-unavailable')
    if (!missing) throw error
    await pullMissing(session, wanted, { signal, local: error })
  }
}

async function pullMissing(
  session: Session,
  { image, platform = machinePlatform() }: WantedImage,
  { signal, local }: { readonly signal: AbortSignal; readonly local: SlipwayError },
): Promise<void> {
  try {
    await pullImage(session, image, { platform, signal })
  } catch (error) {
    // A misspelt local name is the likelier mistake: what the store says is worth showing with what the registry says.
    if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error
    if (local.code === 'platform-unavailable') throw withStoredPlatforms(error, local)
    throw new SlipwayError(error.code, error.message, {
      notes: [local.message, ...(local.hint === undefined ? [] : [local.hint]), ...error.notes],
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      retryable: error.retryable,
    })
  }
}
