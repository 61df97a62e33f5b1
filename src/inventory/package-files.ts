import { joinPath, parentOf, type TreeView } from '../fileset/index.ts'
import { readApkDatabase } from './apk-database.ts'
import { readCargoLock } from './cargo-packages.ts'
import { readDebianStatus } from './debian-status.ts'
import { readComposerInstalled, readComposerLock, readDotnetDependencies, readNpmLock } from './installed-lists.ts'
import { javaArchive, readJavaArchive } from './java-archive.ts'
import { readGemSpecification, readNpmPackage, readPythonMetadata } from './language-packages.ts'
import type { PackageFacts } from './package.ts'
import { textOf } from './root-files.ts'
import { readRpmDatabase, rpmDatabase } from './rpm-database.ts'

/** A kind of file that says which packages there are. */
export interface PackageFile {
  readonly place: RegExp
  /** What it should be, for saying that it is not. */
  readonly form: string
  /** Whether packages of a distribution are listed in it. */
  readonly isSystem?: true
  /** Lock files: whether what they would have installed is there and speaks for itself. */
  readonly isSuperseded?: (view: TreeView, path: string) => boolean
  /** Undefined for what has not the form; `beside` gives other files of the same directory. */
  readonly read: (bytes: Uint8Array, file: ReadFile) => readonly PackageFacts[] | undefined
}

export interface ReadFile {
  readonly path: string
  /** The content of the file whose path has this at its end. */
  readonly companion: (suffix: string) => Uint8Array | undefined
}

/** Crates are unpacked with lock files of their own, which say nothing about this image. */
const foreignLock = /(^|\/)(node_modules|vendor|registry\/src|git\/checkouts|site-packages|dist-packages)\//

/** Every kind of file that is read whole, in the order in which they are asked whether a path is theirs. */
const packageFiles: readonly PackageFile[] = [
  {
    place: /^var\/lib\/dpkg\/(status|status\.d\/[^/]+(?<!\.md5sums))$/,
    form: 'a status of dpkg',
    isSystem: true,
    read: ofText(readDebianStatus),
  },
  {
    place: /^(usr\/)?lib\/apk\/db\/installed$/,
    form: 'a database of apk',
    isSystem: true,
    read: ofText(readApkDatabase),
  },
  {
    place: rpmDatabase,
    form: 'a database of rpm that can be read',
    isSystem: true,
    read: (bytes, { companion }) => {
      const wal = companion('-wal')
      return readRpmDatabase(bufferOf(bytes), wal === undefined ? undefined : bufferOf(wal))
    },
  },
  {
    place: /(^|\/)node_modules\/(@[^/]+\/)?[^/@.][^/]*\/package\.json$/,
    form: 'JSON',
    read: ofText(readNpmPackage),
  },
  {
    place: /\.dist-info\/METADATA$|\.egg-info(\/PKG-INFO)?$/,
    form: 'metadata of Python',
    read: ofText(readPythonMetadata),
  },
  {
    place: /(^|\/)specifications\/(default\/)?[^/]+\.gemspec$/,
    form: 'a specification of a gem',
    read: ofText(readGemSpecification),
  },
  { place: javaArchive, form: 'a zip archive', read: (bytes, { path }) => readJavaArchive(path, bytes) },
  { place: /(^|\/)vendor\/composer\/installed\.json$/, form: 'JSON', read: ofText(readComposerInstalled) },
  { place: /\.deps\.json$/, form: 'JSON', read: ofText(readDotnetDependencies) },
  {
    place: /(^|\/)(package-lock|npm-shrinkwrap)\.json$/,
    form: 'JSON',
    isSuperseded: (view, path) => view.node(joinPath(parentOf(path), 'node_modules')) !== undefined,
    read: ofText(readNpmLock),
  },
  {
    place: /(^|\/)composer\.lock$/,
    form: 'JSON',
    isSuperseded: (view, path) => view.node(joinPath(parentOf(path), 'vendor/composer/installed.json')) !== undefined,
    read: ofText(readComposerLock),
  },
  {
    place: /(^|\/)Cargo\.lock$/,
    form: 'TOML',
    isSuperseded: () => false,
    read: (bytes) => readCargoLock(textOf(bytes)),
  },
]

/** The kind of a file by its path; undefined when it names no packages. */
export function packageFileAt(path: string): PackageFile | undefined {
  const kind = packageFiles.find(({ place }) => place.test(path))
  return kind?.isSuperseded !== undefined && foreignLock.test(path) ? undefined : kind
}

/** Written beside databases of SQLite, with what has not been moved into them. */
export function isCompanion(path: string): boolean {
  return path.endsWith('-wal') && rpmDatabase.test(path.slice(0, -'-wal'.length))
}

/** What npm writes beside what it has installed. */
export const hiddenLock = /(^|\/)node_modules\/\.package-lock\.json$/

function ofText(read: (text: string) => readonly PackageFacts[]): PackageFile['read'] {
  return (bytes) => {
    try {
      return read(textOf(bytes))
    } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw error
    }
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
