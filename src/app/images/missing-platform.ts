import { SlipwayError } from '../../core/index.ts'

/**
 * The error for an image of which the store has other platforms only, when its registry did not help either. A registry that
 * could not be asked is the lesser news: nothing says that the image was to come from there.
 */
export function withStoredPlatforms(remote: unknown, stored: SlipwayError | undefined): unknown {
  if (!(remote instanceof SlipwayError) || remote.code === 'cancelled' || stored?.code !== 'platform-unavailable')
    return remote
  const { notes, hint, at, cause, retryable } = remote
  if (remote.code === 'platform-unavailable')
    return new SlipwayError(remote.code, remote.message, {
      notes: [...notes, `in the store: ${stored.message}`],
      at,
      cause,
      ...(hint === undefined ? {} : { hint }),
      retryable,
    })
  return new SlipwayError(stored.code, stored.message, {
    notes: [`and its registry could not be asked: ${remote.message}`, ...notes],
    at,
    cause: remote,
    hint: 'choose one of those with --platform, or make it for the other platform first (slipway base, build, pull or load, with --platform)',
  })
}
