import type { PlannedEntry, TreeView } from '../../fileset/index.ts'
import type { Platform, RuntimeConfig } from '../../oci/index.ts'
import {
  type BaseArchitecture,
  type BaseImage,
  basePlatform,
  debOrigin,
  defaultPath,
  type PackageOrigin,
} from './base-image.ts'
import { aptFiles } from './apt-files.ts'
import { contentStore } from './content-store.ts'
import { readDeb } from './deb.ts'
import { debianSources, downloadPackages, openArchive } from './debian-archive.ts'
import type { BuildContext } from './distroless-base.ts'
import { finishedEntries } from './finished-root.ts'
import type { DebPackage, PackageIndex } from './package-index.ts'
import { resolvePackages } from './resolve.ts'
import { addPackageFiles, createRootTree, putDirectory, putFile, type RootTree, rootEntries } from './root-tree.ts'
import { keptInSlim } from './slim-paths.ts'

export interface DebianSpec {
  readonly kind: 'debian'
  readonly architecture: BaseArchitecture
  readonly suite: string
  /** `slim` leaves out documentation, manual pages and translations. */
  readonly variant: 'slim' | 'full'
  /** Packages besides the essential ones and apt. */
  readonly packages?: readonly string[]
}

/** A command to be run in a root file system that does not exist yet. */
export interface RootStep {
  readonly platform: Platform
  /** In path order, parents first. */
  readonly entries: readonly PlannedEntry[]
  readonly argv: readonly string[]
  readonly env: readonly string[]
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the root file system, runs the command in it as root with /proc, /dev and /sys, and shows what it left behind.
 * Rejects when the command fails. The view must be readable until the base has been stored.
 */
export type RunOnRoot = (step: RootStep) => Promise<TreeView>

export interface DebianContext extends BuildContext {
  readonly run: RunOnRoot
}

/** What a base built on Debian adds to it. */
export interface Addition {
  /** Put into the root before anything runs; `path` as in an entry. */
  readonly files: readonly PlannedEntry[]
  /** Shell commands for the end of the installation. */
  readonly commands: readonly string[]
  readonly config: RuntimeConfig
  readonly packages: readonly PackageOrigin[]
}

/**
 * A Debian system with apt: all essential packages, apt and what was asked for, installed by dpkg itself with the
 * maintainers' scripts. The essential ones are unpacked first so that dpkg has something to run on.
 */
export async function buildDebian(spec: DebianSpec, context: DebianContext, addition?: Addition): Promise<BaseImage> {
  const index = await openArchive(debianSources(spec.suite, context.mirror), spec.architecture, context)
  const { core, all } = debianPackages(index, spec.packages ?? [])
  const paths = await downloadPackages(all, context)
  const tree = createRootTree()
  const store = contentStore(context.cacheDir)
  const keep = spec.variant === 'slim' ? keptInSlim : () => true
  for (const [at, item] of all.entries()) {
    const path = paths[at] as string
    if (core.has(item.name)) addPackageFiles(tree, item.name, (await readDeb(path, store, keep)).entries)
    putArchive(tree, path, { item, stage: core.has(item.name) ? 'core' : 'rest' })
  }
  putGround(tree, spec)
  for (const entry of addition?.files ?? []) tree.entries.set(entry.path, entry)
  const platform = basePlatform(spec.architecture)
  const epoch = tree.newest / 1_000_000_000n
  const view = await context.run({
    platform,
    entries: rootEntries(tree),
    argv: ['/bin/sh', '-euc', [...installation, ...(addition?.commands ?? []), ...cleaning].join('\n')],
    env: [...installEnvironment, `SOURCE_DATE_EPOCH=${epoch}`],
    signal: context.signal,
  })
  return {
    name: `debian:${spec.suite}${spec.variant === 'slim' ? '-slim' : ''}`,
    platform,
    entries: finishedEntries(view, tree.newest),
    config: { Env: [defaultPath], Cmd: ['bash'], ...addition?.config },
    created: tree.newest,
    packages: [...all.map(debOrigin), ...(addition?.packages ?? [])],
  }
}

function debianPackages(
  index: PackageIndex,
  wanted: readonly string[],
): { readonly core: ReadonlySet<string>; readonly all: readonly DebPackage[] } {
  const essential = index.all().filter((item) => item.essential || item.priority === 'required')
  // The tree is merged from the start: without this, `usrmerge` would be taken, with perl, to find nothing to do.
  const core = resolvePackages(index, [...essential.map((item) => item.name), 'usr-is-merged']).map((item) => item.name)
  return { core: new Set(core), all: resolvePackages(index, [...core, 'apt', ...wanted]) }
}

const bootstrap = 'var/cache/bootstrap'

/** The package file itself, for dpkg to install. */
function putArchive(
  tree: RootTree,
  host: string,
  deb: { readonly item: DebPackage; readonly stage: 'core' | 'rest' },
): void {
  const path = `${bootstrap}/${deb.stage}/${deb.item.name}.deb`
  const from = { kind: 'host', path: host } as const
  tree.entries.set(path, { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: deb.item.size, mtime: 0n, from })
}

/** What must be there before the first script runs. */
function putGround(tree: RootTree, spec: DebianSpec): void {
  for (const [path, text] of aptFiles(spec)) putFile(tree, path, text)
  // Nothing may start services while a package is being installed; official images keep the file, too.
  putFile(tree, 'usr/sbin/policy-rc.d', '#!/bin/sh\n# Services are not started in a container.\nexit 101\n', 0o755)
  // base-passwd's script expects to update accounts, not to be the first to need them.
  for (const name of ['passwd', 'group']) {
    const master = tree.entries.get(`usr/share/base-passwd/${name}.master`)
    if (master !== undefined) tree.entries.set(`etc/${name}`, { ...master, path: `etc/${name}` })
  }
  putFile(tree, 'var/lib/dpkg/status', '')
  putDirectory(tree, 'tmp', { mode: 0o1777 })
  putDirectory(tree, 'var/tmp', { mode: 0o1777 })
}

const installEnvironment = [
  defaultPath,
  'HOME=/root',
  'LC_ALL=C.UTF-8',
  'DEBIAN_FRONTEND=noninteractive',
  'DEBCONF_NONINTERACTIVE_SEEN=true',
  'DEBCONF_NOWARNINGS=yes',
]

/** The essential packages depend on each other in circles; they are all unpacked, so any order of their scripts does. */
const installation = [
  `dpkg --force-depends --force-unsafe-io --install /${bootstrap}/core/*.deb`,
  `if [ -d /${bootstrap}/rest ]; then dpkg --force-depends --force-unsafe-io --unpack /${bootstrap}/rest/*.deb; fi`,
  'dpkg --force-unsafe-io --configure --pending',
]

/** What depends on the moment or serves only this installation. */
const cleaning = [
  `rm -rf /${bootstrap}`,
  'rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/ldconfig/* /tmp/* /var/tmp/*',
  'rm -f /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/lib/dpkg/lock* /etc/.pwd.lock /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow-',
  'find /var/log /run -type f -delete',
  ': > /etc/machine-id',
]
