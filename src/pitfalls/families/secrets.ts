import type { Pitfall } from '../pitfall.ts'

/** Credentials that reach the image or its makers. */
export const secrets: readonly Pitfall[] = []
