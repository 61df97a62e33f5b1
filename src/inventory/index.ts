/** Packages that bring a command, by the family of the distribution; from tables, not from package databases. */
export { knownPackages, packageElsewhere, packageOfCommand } from './command-packages.ts'
export { readAuditable } from './cargo-packages.ts'
export { type FilePart, goInfoPart, holdsGoInfo } from './go-build-info.ts'
export { type Inventory, listPackages, namesPackages } from './list-packages.ts'
/** The package that brings a shared library, by the family of the distribution. */
export { packagesOfLibrary } from './library-packages.ts'
export { javaArchive, reducedJavaArchive } from './java-archive.ts'
export { listPrograms } from './list-programs.ts'
export { type LayerContent, layersOfPackages } from './package-layers.ts'
export { type Distribution, readOsRelease } from './os-release.ts'
export { listOwnedFiles } from './owned-files.ts'
export type { Package, PackageType } from './package.ts'
/** The family of package names that a distribution belongs to. */
export { type Family, familyOf } from './package-family.ts'
export type { ReadPart } from './root-files.ts'
/** The interpreter that a script names. */
export { readShebang } from './shebang.ts'
