/** Uses of images in a Dockerfile. */
export { type ImageUse, imageUses } from './image-uses.ts'
/** What can be said about a use: newer tags, a moved digest, the end of support. */
export { type Assessment, assessUse, type RegistryFacts } from './assess-use.ts'
/** Tags as versions. */
export { atMost, type NewerTag, newerTags, type NewerTagsOptions, severities, type Severity } from './newer-tags.ts'
export { compareTags, parseTag, type TagVersion } from './tag-version.ts'
/** How long what an image holds is supported. */
export {
  productOf,
  releaseOfTag,
  type Support,
  supportOf,
  supportState,
  type SupportState,
} from './support.ts'
export type { Product, Release } from './catalogue/product.ts'
export { catalogueDate, products } from './catalogue/products.ts'
/** Images that were given up. */
export { type ReplacedImage, replacementOf } from './replaced-images.ts'
/** Another tag or digest in the source. */
export { type NewName, type ReferenceEdits, referenceEdits, renamed, textAfter } from './reference-edits.ts'
