import { resolveInRoot, type TreeView } from '../fileset/index.ts'
import { readOsRelease } from '../inventory/index.ts'

/** A package manager and the distributions that share its names. */
export type Family = 'debian' | 'alpine' | 'fedora'

export interface Distribution {
  readonly family: Family
  /** `Debian GNU/Linux 12`. */
  readonly name: string
}

/** What `/etc/os-release` and the package database say; undefined for scratch, distroless and others. */
export function distributionOf(tree: TreeView): Distribution | undefined {
  const release = readOsRelease(readText(tree, '/etc/os-release') ?? '')
  const ids = [release.get('ID') ?? '', ...(release.get('ID_LIKE') ?? '').split(' ')]
  const family = families.find(({ manager, names }) => has(tree, manager) && ids.some((id) => names.includes(id)))
  if (family === undefined) return undefined
  const name = `${(release.get('NAME') ?? release.get('ID') ?? '').replace(' GNU/Linux', '')} ${release.get('VERSION_ID') ?? ''}`
  return { family: family.family, name: name.trim() }
}

const families: readonly { readonly family: Family; readonly manager: string; readonly names: readonly string[] }[] = [
  { family: 'debian', manager: '/var/lib/dpkg/status', names: ['debian', 'ubuntu'] },
  { family: 'alpine', manager: '/lib/apk/db/installed', names: ['alpine', 'wolfi', 'chainguard'] },
  { family: 'fedora', manager: '/usr/bin/rpm', names: ['fedora', 'rhel', 'centos', 'amzn', 'rocky', 'almalinux'] },
]

/** How packages are installed in a Dockerfile of that family. */
export function installLine(family: Family, packages: readonly string[]): string {
  const names = packages.join(' ')
  switch (family) {
    case 'debian':
      return `RUN apt-get update && apt-get install -y --no-install-recommends ${names} && rm -rf /var/lib/apt/lists/*`
    case 'alpine':
      return `RUN apk add --no-cache ${names}`
    case 'fedora':
      return `RUN dnf install -y ${names} && dnf clean all`
  }
}

/** The text of a file, links followed; undefined where there is none or it cannot be read. */
export function readText(tree: TreeView, path: string): string | undefined {
  const bytes = readBytes(tree, path)
  return bytes === undefined
    ? undefined
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** The bytes of a file, links followed; undefined where there is none or it cannot be read. */
export function readBytes(tree: TreeView, path: string): Uint8Array | undefined {
  const found = resolveInRoot(tree, path)
  if (typeof found !== 'string' || tree.node(found)?.kind !== 'file') return undefined
  try {
    return tree.read(found)
  } catch {
    // A diagnosis must not fail because a file is gone or belongs to somebody else.
    return undefined
  }
}

/** The node at a path, links followed. */
export function nodeAt(tree: TreeView, path: string): ReturnType<TreeView['node']> {
  const found = resolveInRoot(tree, path)
  return typeof found === 'string' ? tree.node(found) : undefined
}

function has(tree: TreeView, path: string): boolean {
  return nodeAt(tree, path) !== undefined
}
