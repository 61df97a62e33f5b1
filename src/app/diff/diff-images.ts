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
import type { VulnerabilityDelta } from '../../vulnerabilities/index.ts'
import { formatPlatform, type Platform } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { vulnerabilityDelta } from '../scan/scan-image.ts'
import { lookedUp } from '../scan/scan-subject.ts'
import type { Session } from '../session.ts'
import { readImages } from './read-images.ts'
import type { ReadOptions } from './stored-facts.ts'

export interface DiffRequest {
  /** Places as `parsePlace` reads them, or bare names. */
  readonly before: string
  readonly after: string
  /** `disk+5%,packages+0` */
  readonly failOn?: string
  /** Whether known vulnerabilities are compared, too. */
  readonly withVulnerabilities?: boolean
  /** Absent: that of this machine, where there are several. */
  readonly platform?: Platform
  readonly cwd: string
  readonly signal: AbortSignal
}

/** What differs between two images, and how the thresholds have gone. JSON. */
export interface JudgedDifference extends ImageDifference {
  /** Empty when none was asked for. */
  readonly thresholds: readonly ThresholdVerdict[]
  /** Absent when nobody asked for them; a sentence where there is no database. */
  readonly vulnerabilities?: VulnerabilityDelta | string
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
  const [old, now] = [await readOne(session, before, options), await readOne(session, after, options)]
  const difference = compareImages(old, now)
  return {
    ...difference,
    thresholds: judgeGrowth(difference, thresholds),
    ...(request.withVulnerabilities === true ? { vulnerabilities: vulnerabilitiesOf(session, old, now) } : {}),
  }
}

function vulnerabilitiesOf({ root }: Session, before: ImageFacts, after: ImageFacts): VulnerabilityDelta | string {
  try {
    return vulnerabilityDelta(root, before.packages.flatMap(lookedUp), after.packages.flatMap(lookedUp))
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'database-missing') throw error
    return 'Vulnerabilities are not compared: there is no database of them here yet, slipway db update fetches one.'
  }
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
