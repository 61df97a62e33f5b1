import type { Pitfall } from '../pitfall.ts'

/** Single instructions: form and habit. */
export const instructions: readonly Pitfall[] = []
