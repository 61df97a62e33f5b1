import type { PlannedEntry } from '../../fileset/index.ts'
import { nonroot, putAccounts } from './accounts.ts'
import {
  type BaseArchitecture,
  type BaseImage,
  basePlatform,
  debOrigin,
  defaultPath,
  type PackageOrigin,
} from './base-image.ts'
import { putCaBundle } from './ca-bundle.ts'
import { contentStore } from './content-store.ts'
import { type Deb, readDeb } from './deb.ts'
import { type ArchiveOptions, debianSources, downloadPackages, openArchive } from './debian-archive.ts'
import { putJavaKeystore } from './java-keystore.ts'
import { nodeFiles } from './node-package.ts'
import type { DebPackage, PackageIndex } from './package-index.ts'
import { type DistrolessPreset, presetPackages } from './presets.ts'
import { findPackages, resolvePackages } from './resolve.ts'
import {
  addPackageFiles,
  createRootTree,
  putDirectory,
  putFile,
  putLink,
  type RootTree,
  rootEntries,
} from './root-tree.ts'
import { keptInSlim } from './slim-paths.ts'

export interface DistrolessSpec {
  readonly kind: 'distroless'
  readonly architecture: BaseArchitecture
  readonly suite: string
  readonly preset: DistrolessPreset
  /** Further packages, with what they depend on except what only installs packages (dpkg, debconf, perl, shells). */
  readonly packages?: readonly string[]
  /** Whether the image runs as 65532 in its home directory unless told otherwise. */
  readonly nonroot?: boolean
  /** npm version range of Node.js for preset `nodejs20`; default `20`. */
  readonly nodeVersion?: string
}

export interface BuildContext extends ArchiveOptions {
  readonly mirror?: string | undefined
}

/**
 * A root file system of packages that are unpacked and nothing more: no script runs, so that any architecture can be made
 * anywhere. Each package is recorded in /var/lib/dpkg/status.d, where scanners look for it.
 */
export async function buildDistroless(spec: DistrolessSpec, context: BuildContext): Promise<BaseImage> {
  const index = await openArchive(debianSources(spec.suite, context.mirror), spec.architecture, context)
  const packages = distrolessPackages(spec, index)
  const paths = await downloadPackages([...packages, ...findPackages(index, ['ca-certificates'])], context)
  const store = contentStore(context.cacheDir)
  const tree = createRootTree()
  for (const [at, item] of packages.entries()) {
    addRecordedPackage(tree, item, await readDeb(paths[at] as string, store, wanted))
  }
  const authorities = await readDeb(paths.at(-1) as string, store, wanted)
  const authorityPackage = findPackages(index, ['ca-certificates'])[0] as DebPackage
  addRecordedPackage(tree, authorityPackage, { ...authorities, entries: authorities.entries.filter(isCertificatePath) })
  putCaBundle(tree, authorities.entries)
  const extras = await putPreset(tree, spec, { context, authorities: authorities.entries })
  putFundament(tree)
  return {
    name: `distroless/${spec.preset}`,
    platform: basePlatform(spec.architecture),
    entries: rootEntries(tree),
    config: distrolessConfig(spec),
    created: tree.newest,
    packages: [...packages, authorityPackage].map(debOrigin).concat(extras),
  }
}

/** What only serves to install packages, and what would bring it in. */
const installers = new Set(
  (
    'adduser awk bash ca-certificates cdebconf coreutils dash debconf debconf-2.0 debianutils dpkg ' +
    'init-system-helpers install-info mawk passwd perl perl-base sed ucf'
  ).split(' '),
)

function distrolessPackages(spec: DistrolessSpec, index: PackageIndex): readonly DebPackage[] {
  const exact = findPackages(index, presetPackages(spec.preset, spec.suite))
  const wantedToo = spec.packages ?? []
  if (wantedToo.length === 0) return exact
  const resolved = resolvePackages(index, wantedToo, { without: installers })
  const byName = new Map([...exact, ...resolved].map((item) => [item.name, item]))
  byName.delete('ca-certificates')
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function wanted(path: string): boolean {
  return keptInSlim(path) && !path.startsWith('usr/share/man/')
}

function isCertificatePath(entry: PlannedEntry): boolean {
  return /^usr\/share\/(ca-certificates|doc\/ca-certificates)\//.test(entry.path)
}

function addRecordedPackage(tree: RootTree, item: DebPackage, deb: Deb): void {
  addPackageFiles(tree, item.name, deb.entries)
  const record = `${deb.control.trimEnd().replace('\n', '\nStatus: install ok installed\n')}\n`
  putFile(tree, `var/lib/dpkg/status.d/${item.name}`, record)
  if (deb.md5sums !== '') putFile(tree, `var/lib/dpkg/status.d/${item.name}.md5sums`, deb.md5sums)
}

async function putPreset(
  tree: RootTree,
  spec: DistrolessSpec,
  extra: { readonly context: BuildContext; readonly authorities: readonly PlannedEntry[] },
): Promise<readonly PackageOrigin[]> {
  if (spec.preset === 'java17') {
    putJavaKeystore(tree, extra.authorities)
    const home = `/usr/lib/jvm/java-17-openjdk-${spec.architecture}`
    putLink(tree, 'usr/bin/java', `${home}/bin/java`)
  }
  if (spec.preset !== 'nodejs20') return []
  const node = await nodeFiles(spec.nodeVersion ?? '20', spec.architecture, extra.context)
  addPackageFiles(tree, 'node', [
    { ...node.binary, path: 'nodejs/bin/node' },
    { ...node.licence, path: 'nodejs/LICENSE' },
  ])
  return [node.origin]
}

function putFundament(tree: RootTree): void {
  putAccounts(tree)
  putDirectory(tree, 'tmp', { mode: 0o1777 })
  putDirectory(tree, 'var/tmp', { mode: 0o1777 })
  putDirectory(tree, 'run')
  putLink(tree, 'var/run', '/run')
  putLink(tree, 'var/lock', '/run/lock')
  putDirectory(tree, 'run/lock', { mode: 0o1777 })
  putLink(tree, 'etc/localtime', '/usr/share/zoneinfo/Etc/UTC')
  putFile(tree, 'etc/host.conf', 'multi on\n')
}

function distrolessConfig(spec: DistrolessSpec): BaseImage['config'] {
  const java = spec.preset === 'java17' ? [`JAVA_HOME=/usr/lib/jvm/java-17-openjdk-${spec.architecture}`] : []
  const entrypoint = {
    python3: ['/usr/bin/python3.11'],
    java17: ['/usr/bin/java', '-jar'],
    nodejs20: ['/nodejs/bin/node'],
  }
  const command = entrypoint[spec.preset as keyof typeof entrypoint]
  return {
    User: spec.nonroot === true ? String(nonroot.id) : '0',
    Env: [defaultPath, 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt', ...java],
    WorkingDir: spec.nonroot === true ? nonroot.home : '/',
    ...(command === undefined ? {} : { Entrypoint: command }),
  }
}
