import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import { machinePlatform } from '../build/plan-request.ts'
import type { Session } from '../session.ts'

/**
 * The image of the store that a name or id stands for: for `platform` where one is asked for, else the one of this machine,
 * else whichever there is. Rejects as the store's `resolve` does.
 */
export async function chosenImage(
  { store }: Session,
  text: string,
  platform: Platform | undefined,
): Promise<ListedImage> {
  if (platform !== undefined) return store.images.resolve(text, platform)
  try {
    return await store.images.resolve(text, machinePlatform())
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'platform-unavailable') return store.images.resolve(text)
    throw error
  }
}
