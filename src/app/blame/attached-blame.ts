import { decodeBlame, type ImageBlame } from '../../analysis/index.ts'
import { predicateTypes } from '../../attest/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatPlatform, type Platform } from '../../oci/index.ts'
import { readAttestations } from '../attest/read-attestations.ts'
import type { Session } from '../session.ts'

/** What was attached to an image with `--attest type=blame`, wherever it is; undefined where nothing was. */
export async function attachedBlame(
  session: Session,
  place: string,
  { platform, cwd, signal }: { readonly platform: Platform; readonly cwd: string; readonly signal: AbortSignal },
): Promise<ImageBlame | undefined> {
  try {
    const attestations = await readAttestations(session, place, { platform, cwd, signal })
    const wanted = formatPlatform(platform)
    const found = attestations.find((one) => one.predicateType === predicateTypes.blame && one.platform === wanted)
    return decodeBlame(found?.predicate)
  } catch (error) {
    // The image itself was read: what lies beside it only adds to that.
    if (error instanceof SlipwayError && !signal.aborted) return undefined
    throw error
  }
}
