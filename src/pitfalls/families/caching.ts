import type { Pitfall } from '../pitfall.ts'

/** The order of steps and cache mounts: what makes a rebuild slow. */
export const caching: readonly Pitfall[] = []
