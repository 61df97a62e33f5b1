import type { Pitfall } from '../pitfall.ts'

/** Pipelines and compose files that build and publish images. */
export const pipelines: readonly Pitfall[] = []
