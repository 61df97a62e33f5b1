/** Every rule, for documents and listings. */
export { allRules } from './all-rules.ts'
/** The findings of all rules that a file leaves on. */
export { audit } from './audit.ts'
/** What switches rules off: `# check=` and BUILDKIT_DOCKERFILE_CHECK. */
export { type CheckSettings, checkSettings } from './check-settings.ts'
/** What rules know. */
export type { Facts, IgnoreFacts, StageFacts, StepFacts } from './facts.ts'
/** A file, its graph and its ignore file to facts. */
export { type AuditInput, gatherFacts } from './gather-facts.ts'
/** The patterns of an ignore file to what rules know of it. */
export { ignoreFacts } from './ignore-facts.ts'
/** What a build of a target can be given. */
export { type Outline, type OutlineArgument, type OutlineMount, outlineOf } from './outline.ts'
/** One rule. */
export type { Rule } from './rule.ts'
/** The stages of a file. */
export { listTargets, type Target } from './targets.ts'
