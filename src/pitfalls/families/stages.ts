import type { Pitfall } from '../pitfall.ts'

/** How the stages of a file hang together, and what the last one takes. */
export const stages: readonly Pitfall[] = []
