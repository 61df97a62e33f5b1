export { compareDebianVersions, type VersionRelation, versionSatisfies } from './debian-order.ts'
export { type CompareVersions, versionOrder } from './version-order.ts'
