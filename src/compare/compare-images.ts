import { compareConfigs, type SettingDifference } from './compare-config.ts'
import { compareFiles, type FileDifference } from './compare-files.ts'
import { comparePackages, type PackageDifference } from './compare-packages.ts'
import type { ImageFacts, ImageTotals } from './image-facts.ts'
import { type DirectorySummary, summarizeDirectories } from './summarize-directories.ts'
import { totalsOf } from './totals.ts'

/** What differs between two images. JSON. */
export interface ImageDifference {
  /** Nothing of what is compared differs. */
  readonly same: boolean
  readonly before: ImageTotals
  readonly after: ImageTotals
  /** Layers that both have. */
  readonly sharedLayers: number
  readonly config: readonly SettingDifference[]
  readonly packages: readonly PackageDifference[]
  readonly files: readonly FileDifference[]
  /** The files summed by directory, in a few rows. */
  readonly directories: readonly DirectorySummary[]
}

/** Rows of the sums by directory: a section of them fits a screen. */
const directoryRows = 16

/** Compares what containers of the images see; times and how the images were made do not count. */
export function compareImages(before: ImageFacts, after: ImageFacts): ImageDifference {
  const known = new Set(before.layers.map(({ diffId }) => diffId))
  const [from, to] = [totalsOf(before), totalsOf(after)]
  const config = compareConfigs([before.config.config, after.config.config])
  const packages = comparePackages([before, after])
  const files = compareFiles(before.view, after.view)
  return {
    same: from.platform === to.platform && config.length + packages.length + files.length === 0,
    before: from,
    after: to,
    sharedLayers: after.layers.filter(({ diffId }) => known.has(diffId)).length,
    config,
    packages,
    files,
    directories: summarizeDirectories(files, directoryRows),
  }
}
