/** Uses of images in a Dockerfile. */
export { type ImageUse, imageUses } from './image-uses.ts'
/** What can be said about a use: newer tags, a moved digest, the end of support. */
export { type Assessment, assessUse, type RegistryFacts } from './assess-use.ts'
/** How large a step to a newer tag is. */
export { atMost, type NewerTag, type Severity } from './newer-tags.ts'
/** How long what an image holds is supported. */
export type { Support, SupportState } from './support.ts'
/** The day of the facts about that, `YYYY-MM-DD`. */
export { catalogueDate } from './catalogue/products.ts'
/** Another tag or digest in the source. */
export { type NewName, type ReferenceEdits, referenceEdits, renamed, textAfter } from './reference-edits.ts'
/** What the name of an image tells about its content. */
export type { BaseProfile } from './base-profile.ts'
/** What is known of an image by its name. */
export { profileOf, type ProfileOptions } from './profile-of.ts'
/** Whether a tag is moved, and whether what it names is still supported. */
export { type EndedSupport, endOfSupport, isExactTag } from './pins.ts'
/** Whether a base lacks a shell or time zones, runs as root, is made for building, has an account. */
export { hasAccount, hasTimeZones, isForBuilding, isShellLess, runsAsRoot } from './base-questions.ts'
/** For which architectures an image is published. */
export { architecturesOf } from './architectures.ts'
