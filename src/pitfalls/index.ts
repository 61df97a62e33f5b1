/** What rules know. */
export type * from './facts.ts'
/** A rule, and what it finds. */
export type * from './pitfall.ts'
