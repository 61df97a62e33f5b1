/** The texts of a project as fixes leave them. */
export type { Candidate, Draft } from './draft.ts'
/** Fixes, made in rounds until none is left. */
export { type AppliedFix, fixRounds, type FixingOptions, type FixOutcome, type WithdrawnFix } from './fix-rounds.ts'
/** The ignore file that a context needs. */
export { type ContextNeed, type ContextPath, type IgnoreInput, type IgnorePlan, planIgnore } from './plan-ignore.ts'
