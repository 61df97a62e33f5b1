export type { CachingStep } from './caching-step.ts'
export { type EmptyMount, explainEmptyMounts, type Gain, type MountState, strayPlaces } from './explain-mount.ts'
export { isCompiled } from './compiled-files.ts'
export { type IncrementalBuild, incrementalBuild } from './incremental-tools.ts'
export { mixedPlatforms, type SourceFile, type StaleResult, staleResult } from './stale-result.ts'
/** Tools with a cache that people mount: what runs them, which mounts are meant for them, where they keep it, what switches it off. */
export { type CachingTool, cachingTools } from './caching-tools.ts'
/** What the table of tools asks about a command. */
export type { Surroundings } from './caching-step.ts'
