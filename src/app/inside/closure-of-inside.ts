import { blamePath, type BlamedStep, type ImageInside } from '../../analysis/index.ts'
import type { Gap } from '../../closure/index.ts'
import { closureOfImage } from '../closure/closure-of-image.ts'

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
export async function closureOfInside(root: string, inside: ImageInside, signal: AbortSignal): Promise<ClosureReport> {
  const { platform, config, layers } = inside
  const { gaps, unknown } = await closureOfImage(root, { platform, config: config.config, layers }, signal)
  return {
    unknown,
    gaps: gaps.map(({ gap }) => ({
      ...gap,
      steps: gap.file === undefined ? [] : (blamePath(inside, gap.file)?.steps ?? []),
    })),
  }
}
