import {
  compareImages,
  comparePlatforms,
  type ImageDifference,
  type ImageFacts,
  judgeGrowth,
  type Parity,
  parseThresholds,
  type ThresholdVerdict,
} from '../../compare/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatPlatform, type Platform } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { readImages } from './read-images.ts'
import type { ReadOptions } from './stored-facts.ts'

export interface DiffRequest {
  /** Places as `parsePlace` reads them, or bare names. */
  readonly before: string
  readonly after: string
  /** `disk+5%,packages+0` */
  readonly failOn?: string
  /** Absent: that of this machine, where there are several. */
  readonly platform?: Platform
  readonly cwd: string
  readonly signal: AbortSignal
}

/** What differs between two images, and how the thresholds have gone. JSON. */
export interface JudgedDifference extends ImageDifference {
  /** Empty when none was asked for. */
  readonly thresholds: readonly ThresholdVerdict[]
}

/** What differs between two images. Rejects as reading them does, and with `bad-option-value` for thresholds that cannot be read. */
export async function diffImages(session: Session, request: DiffRequest): Promise<JudgedDifference> {
  const { before, after, platform, cwd, signal, failOn } = request
  const thresholds = failOn === undefined ? [] : parseThresholds(failOn)
  if ('error' in thresholds)
    throw new SlipwayError('bad-option-value', `--fail-on: ${thresholds.error}`, {
      hint: 'write such as disk+5%,transfer+10MB,packages+0',
    })
  const options = { cwd, signal, known: new Map(), withLines: true, ...(platform === undefined ? {} : { platform }) }
  const difference = compareImages(await readOne(session, before, options), await readOne(session, after, options))
  return { ...difference, thresholds: judgeGrowth(difference, thresholds) }
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
