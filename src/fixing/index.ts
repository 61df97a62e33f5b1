/** The texts of a project as fixes leave them. */
export type { Candidate, Draft } from './draft.ts'
/** Fixes, made in rounds until none is left. */
export { type AppliedFix, fixRounds, type FixingOptions, type FixOutcome, type WithdrawnFix } from './fix-rounds.ts'
