import type { Pitfall } from '../pitfall.ts'

/** What keeps an image from running. */
export const runtime: readonly Pitfall[] = []
