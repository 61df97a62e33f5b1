import { blamePath, type BlamedStep, type ImageInside } from '../../analysis/index.ts'
import type { Gap } from '../../closure/index.ts'
import { closureOfImage } from '../closure/closure-of-image.ts'
import { withStage } from '../closure/stage-that-has.ts'
import type { Session } from '../session.ts'
import { stagesOfInside } from './stages-of-inside.ts'

/** A gap with the lines to blame. */
export interface PlacedGap extends Gap {
  /** The steps that brought the file that needs something, as `blame` tells them; empty where the configuration needs it. */
  readonly steps: readonly BlamedStep[]
}

/** What an image needs to run and lacks. */
export interface ClosureReport {
  readonly gaps: readonly PlacedGap[]
  /** What could not be followed, each as a sentence. */
  readonly unknown: readonly string[]
}

/** Follows an opened image from what it starts. Rejects as `closureOfImage` does. */
export async function closureOfInside(
  session: Session,
  inside: ImageInside,
  signal: AbortSignal,
): Promise<ClosureReport> {
  const { platform, config, layers } = inside
  const { gaps, unknown } = await closureOfImage(session.root, { platform, config: config.config, layers }, signal)
  const { stages } = gaps.length === 0 ? { stages: [] } : stagesOfInside(session, inside)
  return {
    unknown,
    gaps: gaps.map(({ gap }) => ({
      ...withStage(gap, stages),
      steps: gap.file === undefined ? [] : (blamePath(inside, gap.file)?.steps ?? []),
    })),
  }
}
