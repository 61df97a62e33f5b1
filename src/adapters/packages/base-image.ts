import type { PlannedEntry } from '../../fileset/index.ts'
import type { Platform, RuntimeConfig } from '../../oci/index.ts'
import type { DebPackage } from './package-index.ts'

/** A package that went into a base, so that anybody can fetch the same bytes. */
export interface PackageOrigin {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly url: string
  /** `sha256:<hex>` or, for npm, a subresource integrity string (`sha512-…`). */
  readonly checksum: string
}

/** A base image before it is stored: one layer as entries, and what its config says. */
export interface BaseImage {
  readonly name: string
  readonly platform: Platform
  /** In path order. Equal for equal package versions, except for the places of contents. */
  readonly entries: readonly PlannedEntry[]
  readonly config: RuntimeConfig
  /** Nanoseconds since the epoch: the newest file of any package; for `created`. */
  readonly created: bigint
  readonly packages: readonly PackageOrigin[]
}

/** Architectures that bases can be made for; Debian and OCI call them by the same names. */
export type BaseArchitecture = 'amd64' | 'arm64'

/** The search path that official images set. */
export const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export function debOrigin(item: DebPackage): PackageOrigin {
  const { name, version, architecture } = item
  return { name, version, architecture, url: `${item.archive}/${item.filename}`, checksum: `sha256:${item.sha256}` }
}

export function basePlatform(architecture: BaseArchitecture): Platform {
  return architecture === 'arm64' ? { os: 'linux', architecture, variant: 'v8' } : { os: 'linux', architecture }
}
