import type { Pitfall } from '../pitfall.ts'

/** Packages of languages: locked, complete, for production. */
export const dependencies: readonly Pitfall[] = []
