export type { SettingDifference } from './compare-config.ts'
export { compareFiles, type FileDifference, type FileState } from './compare-files.ts'
export { compareImages, type ImageDifference } from './compare-images.ts'
export type { FetchedLayers, LayerComparison, LayerDifference } from './compare-layers.ts'
export type { LineGrowth } from './compare-made.ts'
export type { PackageDifference } from './compare-packages.ts'
export { comparePlatforms, type Parity, type PartialFile } from './compare-platforms.ts'
export { type ForeignProgram, isTelling, runsOn } from './foreign-programs.ts'
export type {
  BuildCost,
  ImageFacts,
  ImageTotals,
  LayerSize,
  MadeBytes,
  Maker,
  StatedPackage,
} from './image-facts.ts'
export { judgeGrowth, parseThresholds, type Threshold, type ThresholdVerdict } from './thresholds.ts'
