/** Types as package URLs call them. */
export type PackageType =
  | 'apk'
  | 'cargo'
  | 'composer'
  | 'deb'
  | 'gem'
  | 'golang'
  | 'maven'
  | 'npm'
  | 'nuget'
  | 'pypi'
  | 'rpm'

/** A package that a file of an image says is installed. */
export interface Package {
  readonly type: PackageType
  /** With its scope, path or group: `@babel/core`, `golang.org/x/text`, `org.slf4j:slf4j-api`. */
  readonly name: string
  /** As its package manager writes it; epochs of Debian and rpm and Go's `v` included. */
  readonly version: string
  /** As its package manager names it: `amd64`, `x86_64`, `all`. Absent where packages have none. */
  readonly architecture?: string
  /** What it was built from, where that has another name or version: security trackers speak of these. */
  readonly source?: { readonly name: string; readonly version: string }
  /** As stated: SPDX expressions, or names that somebody chose. */
  readonly licenses?: readonly string[]
  /** Only development needs it, says the package manager: nothing of the program does when it runs. */
  readonly isDevelopment?: true
  /** Not installed: a lock file names it, and what it would install is not beside it. */
  readonly isDeclared?: true
  /** The file in an archive that it is: `BOOT-INF/lib/a.jar`, `lib/a.war/WEB-INF/lib/b.jar`. */
  readonly within?: string
  /** `os`: a package of the distribution, or a file of one says so. `application`: everything else. */
  readonly origin: 'os' | 'application'
  /** https://github.com/package-url/purl-spec */
  readonly purl: string
  /** The file that says so, without leading slash. */
  readonly path: string
  /** Id of the layer that file lies in, where the tree knows. The package itself may have come in a layer below. */
  readonly layer?: string
}

/** What a file says of a package, before its place and its distribution are known. */
export interface PackageFacts extends Omit<Package, 'purl' | 'path' | 'layer' | 'origin' | 'isDeclared'> {
  /** Qualifiers of the purl beyond architecture and distribution. */
  readonly qualifiers?: Readonly<Record<string, string>>
}
