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
  readonly layers: readonly LayerSize[]
  readonly view: TreeView
  readonly packages: readonly Package[]
  /** Files that should name packages and could not be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  /** Files that packages of the distribution have brought, by path. */
  readonly owned: ReadonlySet<string>
  readonly programs: ReadonlyMap<string, ElfHeader>
}

export interface LayerSize {
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
