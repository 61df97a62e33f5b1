import { resolveInRoot, type TreeView } from '../fileset/index.ts'
import { type Family, familyOf, readOsRelease } from '../inventory/index.ts'

export interface Distribution {
  readonly family: Family
  /** `Debian GNU/Linux 12`. */
  readonly name: string
}

/** What `/etc/os-release` and the package database say; undefined for scratch, distroless and others. */
export function distributionOf(tree: TreeView): Distribution | undefined {
  const release = readOsRelease(readText(tree, '/etc/os-release') ?? '')
  const family = familyOf(release)
  if (family === undefined || !has(tree, managers[family])) return undefined
  const name = `${(release.get('NAME') ?? release.get('ID') ?? '').replace(' GNU/Linux', '')} ${release.get('VERSION_ID') ?? ''}`
  return { family, name: name.trim() }
}

const managers: Readonly<Record<Family, string>> = {
  debian: '/var/lib/dpkg/status',
  alpine: '/lib/apk/db/installed',
  fedora: '/usr/bin/rpm',
}

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
