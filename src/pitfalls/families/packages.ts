import type { Pitfall } from '../pitfall.ts'

/** Packages of distributions, and what installing leaves behind. */
export const packages: readonly Pitfall[] = []
