export {
  type Advisory,
  advisoryOf,
  type AffectedPackage,
  decodeAdvisory,
  decodeAffected,
  encodeAdvisory,
  encodeAffected,
} from './advisory.ts'
export {
  compareVulnerabilities,
  type ScannedImage,
  type VulnerabilityDelta,
  type VulnerabilityGroup,
} from './compare-vulnerabilities.ts'
export {
  type Component,
  componentOf,
  type ComponentMaker,
  componentOfUrl,
  type ComponentOrigin,
  isOfDistribution,
} from './component.ts'
export { familyOf, knownEcosystems, packageKey } from './ecosystems.ts'
export {
  findVulnerabilities,
  type Found,
  type KnownAffected,
  type Unchecked,
  type Vulnerability,
  type VulnerabilityRecords,
} from './find-vulnerabilities.ts'
export { applyIgnores, type IgnoreEntry, type Sifted, type Suppressed } from './ignore-list.ts'
export { decodeOsvRecord, type OsvRecord } from './osv-record.ts'
export { readSbom, type SbomContent } from './read-sbom.ts'
export { isAtLeast, type Level, levels } from './severity.ts'
export { applyVex, type ImageNames, readVex, type VexStatement } from './vex.ts'
