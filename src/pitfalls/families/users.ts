import type { Pitfall } from '../pitfall.ts'

/** Who runs the program, and what that user may do. */
export const users: readonly Pitfall[] = []
