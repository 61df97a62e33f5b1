import { type BlamedPath, type BlamedShare, blamePath, blameShares, removalOf } from '../../analysis/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import { baseOf, parentOf } from '../../archive/index.ts'
import { cleanPath, resolveInRoot } from '../../fileset/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { openInside, type OpenInside } from '../inside/open-inside.ts'
import type { Session } from '../session.ts'

/** Who made what of an image. */
export interface BlameReport {
  readonly image: string
  /** Digest of the configuration. */
  readonly id: string
  readonly platform: string
  /** Whether copies between stages could be followed; without it each file is the work of the line of its layer. */
  readonly traced: boolean
  /** The path that was asked for; absent for the whole image. */
  readonly path?: BlamedPath
  /** By the steps that made the files below the path, most bytes first. */
  readonly shares: readonly BlamedShare[]
}

export interface BlameRequest extends OpenInside {
  readonly image: string
  /** A path of the image, with or without leading slash; links in its directories are followed. */
  readonly path?: string
}

/** Which instruction made a path of an image, or all its paths. Rejects with `bad-option-value` for paths it does not show. */
export async function blameImage(session: Session, request: BlameRequest): Promise<BlameReport> {
  const inside = await openInside(session, request.image, request)
  const { id, platform, blame } = inside
  const about = { image: request.image, id, platform: formatPlatform(platform), traced: blame !== undefined }
  const wanted = cleanPath(request.path ?? '')
  if (wanted === '') return { ...about, shares: blameShares(inside) }
  const directory = resolveInRoot(inside.view, parentOf(wanted) ?? '')
  const place = typeof directory === 'string' && directory !== '' ? `${directory}/${baseOf(wanted)}` : baseOf(wanted)
  const path = typeof directory === 'string' ? blamePath(inside, place) : undefined
  if (path === undefined) throw missing(inside, wanted, request.image)
  return { ...about, path, shares: blameShares(inside, path.path) }
}

function missing(inside: Awaited<ReturnType<typeof openInside>>, path: string, image: string): SlipwayError {
  const removal = removalOf(inside, path)
  if (removal !== undefined) {
    const { removed, had } = removal
    return new SlipwayError('bad-option-value', `/${path} is not in ${image}: ${lineOf(removed)} removed it`, {
      hint: `its bytes are still in the image, in the layer of ${lineOf(had)}`,
    })
  }
  const siblings = inside.view.names(parentOf(path) ?? '')
  const hint = didYouMean(baseOf(path), siblings)
  return new SlipwayError('bad-option-value', `/${path} is not in ${image}`, hint === undefined ? {} : { hint })
}

function lineOf({
  source,
  line,
  instruction,
}: {
  readonly source?: string
  readonly line?: number
  readonly instruction: string
}): string {
  return source === undefined || line === undefined
    ? instruction === ''
      ? 'the base'
      : `\`${instruction}\``
    : `${source}:${line}`
}
