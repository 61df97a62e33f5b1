import type { ElfHeader } from '../elf/index.ts'
import type { TreeView } from '../fileset/index.ts'
import type { Package } from '../inventory/index.ts'
import type { ImageConfig, Platform } from '../oci/index.ts'

/** All that is compared of one image for one platform. */
export interface ImageFacts {
  /** As it was asked for. */
  readonly name: string
  readonly platform: Platform
  readonly config: Pick<ImageConfig, 'config'>
  /** The stage of the image's build that is meant; its settings are not known. */
  readonly stage?: string
  /** Lowest first. */
  readonly layers: readonly LayerSize[]
  readonly view: TreeView
  readonly packages: readonly StatedPackage[]
  /** What each line made of it; absent where nobody has looked. */
  readonly made?: readonly MadeBytes[]
  /** What the last build of it cost, where that is known. */
  readonly cost?: BuildCost
  /** Files that should name packages and could not be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  /** Files that packages of the distribution have brought, by path. */
  readonly owned: ReadonlySet<string>
  readonly programs: ReadonlyMap<string, ElfHeader>
}

/** A package with the line that brought it, where somebody has looked. */
export type StatedPackage = Omit<Package, 'layer'> & {
  readonly from?: {
    readonly layer?: string
    readonly source?: string
    readonly stage?: string
    readonly instruction?: string
    /** The layer is a copy: who made the file there where it was copied from. */
    readonly maker?: { readonly source?: string; readonly stage?: string; readonly instruction: string }
  }
}

/** The instruction that something is the work of. */
export interface Maker {
  /** As written, or as the history of the image has it; empty where nobody knows. */
  readonly instruction: string
  /** The Dockerfile and its one-based line, for what was built here. */
  readonly source?: string
  readonly line?: number
  readonly stage?: string
}

/** What one instruction made of the files that an image shows. */
export interface MadeBytes extends Maker {
  readonly bytes: number
}

/** What a build took. */
export interface BuildCost {
  /** Steps of its stages that were looked up. */
  readonly steps: number
  /** Of these the ones that the cache had. */
  readonly cached: number
  /** Milliseconds that the steps took which ran; absent where they are not known. */
  readonly spent?: number
  /** Milliseconds of all steps when each has to run; absent where one of them is not known. */
  readonly whole?: number
}

export interface LayerSize extends Partial<Maker> {
  readonly diffId: string
  /** Bytes of its files. */
  readonly disk: number
  /** Bytes as registries send it; absent when it was never compressed. */
  readonly transfer?: number
}

/** What an image weighs. */
export interface ImageTotals {
  readonly name: string
  /** `linux/arm64` */
  readonly platform: string
  readonly layers: number
  /** Bytes of the files of all layers. */
  readonly disk: number
  /** Bytes of all blobs; absent when a layer was never compressed. */
  readonly transfer?: number
  readonly packages: number
  /** Files that should name packages and could not be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  /** Everything but directories. */
  readonly files: number
}
