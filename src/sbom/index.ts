/** What an image is made of. */
export type { AttributedPackage, Authorship, PackageMaker, PackageOrigin, Sbom, StagePackages } from './sbom.ts'

/** Documents for other programs. */
export { cyclonedxDocument } from './cyclonedx.ts'
export { spdxDocument } from './spdx.ts'
export { spdxTagValue } from './spdx-tag-value.ts'
/** One entry for each version of a package. */
export { type Component, componentsOf, placeText } from './components.ts'
