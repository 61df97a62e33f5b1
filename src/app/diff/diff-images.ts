import {
  compareImages,
  comparePlatforms,
  type ImageDifference,
  type ImageFacts,
  type Parity,
} from '../../compare/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatPlatform, type Platform } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { type ReadOptions, readImages } from './read-images.ts'

export interface DiffRequest {
  /** Places as `parsePlace` reads them, or bare names. */
  readonly before: string
  readonly after: string
  /** Absent: that of this machine, where there are several. */
  readonly platform?: Platform
  readonly cwd: string
  readonly signal: AbortSignal
}

/** What differs between two images. Rejects as reading them does. */
export async function diffImages(session: Session, request: DiffRequest): Promise<ImageDifference> {
  const { before, after, platform, cwd, signal } = request
  const options = { cwd, signal, known: new Map(), ...(platform === undefined ? {} : { platform }) }
  return compareImages(await readOne(session, before, options), await readOne(session, after, options))
}

/** How far the platforms of one image are the same; platforms come in the order of their names. Rejects as reading them does. */
export async function diffPlatforms(
  session: Session,
  { image, cwd, signal }: { readonly image: string; readonly cwd: string; readonly signal: AbortSignal },
): Promise<Parity> {
  const images = await readStep(session, image, { cwd, signal, known: new Map(), platform: 'all' })
  const nameOf = ({ platform }: ImageFacts): string => formatPlatform(platform)
  return comparePlatforms([...images].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)))
}

async function readOne(session: Session, text: string, options: ReadOptions): Promise<ImageFacts> {
  const images = await readStep(session, text, options)
  const [only] = images
  if (only !== undefined && images.length === 1) return only
  const there = images.map(({ platform }) => formatPlatform(platform)).join(', ')
  throw new SlipwayError('platform-unavailable', `${text} is not one image: ${there === '' ? 'it has none' : there}`, {
    hint: 'choose a platform with --platform',
  })
}

function readStep(session: Session, text: string, options: ReadOptions): Promise<readonly ImageFacts[]> {
  return internalStep(session, `reading ${text}`, () => readImages(session, text, options))
}
