export type { CachingStep } from './caching-step.ts'
export { type EmptyMount, explainEmptyMounts, type Gain, type MountState, strayPlaces } from './explain-mount.ts'
export { isCompiled } from './compiled-files.ts'
