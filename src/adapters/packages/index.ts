export type { BaseArchitecture, BaseImage, PackageOrigin } from './base-image.ts'
export {
  type BaseSpec,
  baseArchitecture,
  baseFor,
  buildBase,
  type CatalogueEntry,
  listBases,
  type StandIn,
} from './catalogue.ts'
export type { DownloadProgress } from './debian-archive.ts'
export type { DebianContext, DebianSpec, RootStep, RunOnRoot } from './debian-base.ts'
export type { DistrolessSpec } from './distroless-base.ts'
export type { GolangSpec } from './golang-base.ts'
export type { NodeSpec } from './node-base.ts'
export type { DistrolessPreset } from './presets.ts'
