import { compareImages } from '../../../compare/index.ts'
import { digestOf, SlipwayError } from '../../../core/index.ts'
import type { BuildRequest, BuildWorld } from '../../build/build-request.ts'
import type { Session } from '../../session.ts'
import type { FixedIgnore } from '../fix-ignore.ts'
import { type Trial, trialBuild } from './trial-build.ts'

/** What another ignore file does to the image. */
export interface IgnoreProof {
  /** The images have the same layers and settings. */
  readonly same: boolean
  /** Digest over the layers of the image as it was, and as it would be. */
  readonly before?: string
  /** Why there was no image before: an ignore file may hide what a COPY names. */
  readonly failure?: string
  readonly after: string
  /** Paths of the image that differ: `/app/.git/HEAD removed`. */
  readonly differences: readonly string[]
}

/** Builds with the ignore file as it is and as it is planned. Rejects when the
 * second build fails. Keeps no image. */
export async function proveIgnore(
  session: Session,
  { drafts, place }: FixedIgnore,
  { request, world }: { readonly request: BuildRequest; readonly world: BuildWorld & { readonly signal: AbortSignal } },
): Promise<IgnoreProof> {
  const options = { session, request, world, place, used: new Map<string, number>() }
  const before = await trialBuild(options, { label: 'before', draft: drafts.before }).catch((error: unknown) => {
    if (!(error instanceof SlipwayError) || world.signal.aborted) throw error
    return error.message
  })
  const after = await trialBuild(options, { label: 'after', draft: drafts.after })
  const layers = ({ image }: Trial): string => digestOf(JSON.stringify(image.parsed.rootfs.diff_ids))
  if (typeof before === 'string') return { same: false, failure: before, after: layers(after), differences: [] }
  const { files, config } = compareImages(before.facts, after.facts)
  return {
    same: layers(before) === layers(after) && config.length === 0,
    before: layers(before),
    after: layers(after),
    differences: files.map(({ path, change }) => `/${path} ${change}`),
  }
}
