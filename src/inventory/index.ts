export { type FilePart, goInfoPart } from './go-build-info.ts'
export { type Inventory, listPackages, namesPackages, type ReadPart } from './list-packages.ts'
export { type Distribution, readOsRelease } from './os-release.ts'
export type { Package, PackageType } from './package.ts'
