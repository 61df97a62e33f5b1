export { type AnalyzedLayer, analyzeImage, type ImageAnalysis } from './analyze-image.ts'
export {
  type BlamedStep,
  blameIn,
  decodeBlame,
  encodeBlame,
  type ImageBlame,
  type LayerBlame,
  type MakingStep,
} from './blame.ts'
export { type BlamedPath, type BlamedShare, blamePath, blameShares, removalOf } from './blamed-path.ts'
export { type ImageInside, imageInside, type InsideLayer } from './image-inside.ts'
export { followRules, type PathPair, type PathRule, rulesByPrefix, rulesOf } from './path-rules.ts'
export { type ContentClass, type ClassShare, classifyContent } from './content-classes.ts'
export { type DiveFigures, diveFigures } from './dive-figures.ts'
export { type HiddenFile, hiddenFiles } from './hidden-files.ts'
export { residueAt } from './residue-places.ts'
export { type DuplicatedFile, findWaste, type HiddenShare, type Waste } from './waste.ts'
export { defaultDiveRules, type DiveRules, type DiveVerdict, judgeDive } from './dive-rules.ts'
export {
  efficiencyOf,
  layerBytes,
  layerCount,
  packageCount,
  surfaceOffenders,
  wastedBytes,
} from './budget-facts.ts'
export {
  type BudgetFacts,
  type Budgets,
  type BudgetSeverity,
  type BudgetUnit,
  type BudgetVerdict,
  type Evidence,
  type GrowthFigure,
  hasLimits,
  judgeBudgets,
  type Limits,
  type Offender,
} from './budgets.ts'
export { decodeCapabilities, type FileCapabilities } from './file-capabilities.ts'
export { findSurface, imageUser, type Surface, type SurfaceItem } from './surface.ts'
export type { SurfaceKind } from './surface-programs.ts'
export { type ScoredPart, scoreSurface, surfaceWeights } from './surface-score.ts'
export { findInStages, type StageFiles, type StageOutput, stageOutputs } from './stage-output.ts'
