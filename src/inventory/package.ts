export type PackageType = 'apk' | 'deb' | 'gem' | 'golang' | 'npm' | 'pypi'

/** A package that a file of an image says is installed. */
export interface Package {
  readonly type: PackageType
  /** With its scope or path: `@babel/core`, `golang.org/x/text`. */
  readonly name: string
  /** As its package manager writes it; Debian's epoch and Go's `v` included. */
  readonly version: string
  /** As its package manager names it: `amd64`, `x86_64`, `all`. Absent where packages have none. */
  readonly architecture?: string
  /** What it was built from, where that has another name or version: security trackers speak of these. */
  readonly source?: { readonly name: string; readonly version: string }
  /** As stated: SPDX expressions, or names that somebody chose. */
  readonly licenses?: readonly string[]
  /** https://github.com/package-url/purl-spec */
  readonly purl: string
  /** The file that says so, without leading slash. */
  readonly path: string
  /** Id of the layer that file lies in, where the tree knows. The package itself may have come in a layer below. */
  readonly layer?: string
}

/** What a file says of a package, before its place and its distribution are known. */
export interface PackageFacts extends Omit<Package, 'purl' | 'path' | 'layer'> {
  /** Qualifiers of the purl beyond architecture and distribution. */
  readonly qualifiers?: Readonly<Record<string, string>>
}
