/** Every rule, for documents and listings. */
export { allPitfalls } from './all-pitfalls.ts'
/** What rules know. */
export type * from './facts.ts'
/** What the rules find. */
export { findPitfalls, levels, type PitfallFinding } from './find-pitfalls.ts'
/** A file, its graph and its context to facts. */
export { type FactsInput, gatherPitfallFacts } from './gather-facts.ts'
/** The layers of an image, to what rules know of it. */
export { type ImageFacts, type ImageLayer, imageFacts } from './image-facts.ts'
/** How the start command of an image has fared. */
export type { RunFacts } from './run-facts.ts'
/** A rule. */
export type * from './pitfall.ts'
/** Credentials in a layer. */
export { secretsIn } from './rules/secret-file-in-layer.ts'
