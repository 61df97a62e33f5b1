import type { Pitfall } from '../pitfall.ts'

/** What is sent to the build. */
export const context: readonly Pitfall[] = []
