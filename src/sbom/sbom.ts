import type { Digest } from '../core/index.ts'
import type { Distribution, Package } from '../inventory/index.ts'
import type { Platform } from '../oci/index.ts'

/** The layer that brought a package, and the instruction that made it. */
export interface PackageOrigin {
  /** Diff id of the layer; absent for root file systems that have no layers. */
  readonly layer?: Digest
  /** `Dockerfile:12`; absent where nobody knows. */
  readonly source?: string
  readonly stage?: string
  /** As the history of the image has it. */
  readonly instruction?: string
  /** The layer is a copy: who made the file that names the package, there where it was copied from. */
  readonly maker?: PackageMaker
}

/** An instruction of another stage, or the name of an image that was copied from. */
export interface PackageMaker {
  /** `Dockerfile:3`; absent for what an image brought. */
  readonly source?: string
  readonly stage?: string
  readonly instruction: string
}

/** A package with where it came from. */
export interface AttributedPackage extends Omit<Package, 'layer'> {
  readonly from?: PackageOrigin
}

/** What a stage had that did not become the image. */
export interface StagePackages {
  readonly stage: string
  /** Those that the image does not have. */
  readonly packages: readonly AttributedPackage[]
}

/** What a software bill of materials tells of one image. */
export interface Sbom {
  /** What the image is called, or its digest. */
  readonly name: string
  /** Digest of the configuration; absent for a directory. */
  readonly image?: Digest
  readonly platform?: Platform
  readonly distribution?: Distribution
  readonly packages: readonly AttributedPackage[]
  /** Files that should name packages and could not be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  /** Absent unless stages were asked for. */
  readonly stages?: readonly StagePackages[]
  /** Stages that cannot be told about, each as a sentence. */
  readonly unknownStages?: readonly string[]
}

/** Who writes a document, and when. */
export interface Authorship {
  /** Of the program. */
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly created: number
}
