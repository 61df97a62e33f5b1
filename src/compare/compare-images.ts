import { compareConfigs, type SettingDifference } from './compare-config.ts'
import { compareFiles, type FileDifference } from './compare-files.ts'
import { compareLayers, type LayerComparison } from './compare-layers.ts'
import { compareMade, type LineGrowth } from './compare-made.ts'
import { comparePackages, type PackageDifference } from './compare-packages.ts'
import type { BuildCost, ImageFacts, ImageTotals } from './image-facts.ts'
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
  /** What the later one has of its own, and what a machine that has the earlier one must fetch. */
  readonly layers: LayerComparison
  /** By which lines the files have grown, largest growth first. Empty where nobody has looked. */
  readonly growth: readonly LineGrowth[]
  /** Parallel to the images; null where nothing is known. */
  readonly cost: readonly [BuildCost | null, BuildCost | null]
  /** False for stages: only what containers of images get is known. */
  readonly hasSettings: boolean
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
  const [from, to] = [totalsOf(before), totalsOf(after)]
  const hasSettings = before.stage === undefined && after.stage === undefined
  const config = hasSettings ? compareConfigs([before.config.config, after.config.config]) : []
  const layers = compareLayers(before.layers, after.layers)
  const packages = comparePackages([before, after])
  const files = compareFiles(before.view, after.view)
  return {
    same: from.platform === to.platform && config.length + packages.length + files.length === 0,
    before: from,
    after: to,
    sharedLayers: layers.shared,
    layers,
    growth: compareMade(before.made ?? [], after.made ?? []),
    cost: [before.cost ?? null, after.cost ?? null],
    hasSettings,
    config,
    packages,
    files,
    directories: summarizeDirectories(files, directoryRows),
  }
}
