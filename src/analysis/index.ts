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
