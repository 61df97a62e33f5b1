import { type MergedNode, walkTree } from '../archive/index.ts'
import { resolveInRoot } from '../fileset/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { BlamedStep } from './blame.ts'
import { makersOf } from './blamed-path.ts'
import { decodeCapabilities } from './file-capabilities.ts'
import type { ImageInside } from './image-inside.ts'
import { programKind, type SurfaceKind } from './surface-programs.ts'
import { type ScoredPart, scoreSurface } from './surface-score.ts'

/** A file, program or directory that counts. */
export interface SurfaceItem {
  readonly kind: SurfaceKind
  /** Without leading slash. */
  readonly path: string
  /** Other names of the same program. */
  readonly also: readonly string[]
  /** For capabilities their names. */
  readonly detail?: string
  /** Whose line brought it. */
  readonly step?: BlamedStep
}

/** What an image offers to whoever gets into a container of it. */
export interface Surface {
  /** Sum of the points of all parts; less is better, 0 is an image of one program that runs as an ordinary user. */
  readonly score: number
  readonly parts: readonly ScoredPart[]
  /** By kind, then by path. */
  readonly items: readonly SurfaceItem[]
  /** As the configuration has it, and whether that is root. */
  readonly user: { readonly name: string; readonly isRoot: boolean }
  /** As the configuration has them: `80/tcp`. */
  readonly ports: readonly string[]
  readonly packages: number
}

/** Finds what an image offers. Reads /etc/passwd, no other content. */
export function findSurface(inside: ImageInside, { packages }: Pick<Inventory, 'packages'>): Surface {
  const items = surfaceItems(inside)
  const user = imageUser(inside)
  const ports = Object.keys(inside.config.config.ExposedPorts ?? {}).sort()
  const installed = packages.filter(({ isDeclared }) => isDeclared !== true).length
  const parts = scoreSurface({ items, isRoot: user.isRoot, ports: ports.length, packages: installed })
  const score = parts.reduce((sum, { points }) => sum + points, 0)
  return { score, parts, items, user, ports, packages: installed }
}

/** Without a user, with its name or number 0, and with a name that /etc/passwd gives the number 0. */
export function imageUser(inside: Pick<ImageInside, 'config' | 'view'>): Surface['user'] {
  const name = inside.config.config.User ?? ''
  const [user = ''] = name.split(':')
  if (/^\d*$/.test(user)) return { name, isRoot: Number(user) === 0 }
  const line = passwdOf(inside.view)
    .split('\n')
    .find((one) => one.startsWith(`${user}:`))
  return { name, isRoot: line === undefined ? user === 'root' : line.split(':')[2] === '0' }
}

function passwdOf(view: ImageInside['view']): string {
  const path = resolveInRoot(view, 'etc/passwd')
  if (typeof path !== 'string' || view.node(path)?.kind !== 'file') return ''
  try {
    return Buffer.from(view.read(path)).toString('utf8')
  } catch {
    // Nobody else may read it here: what it says stays unknown.
    return ''
  }
}

const order: readonly SurfaceKind[] = [
  'shell',
  'package-manager',
  'interpreter',
  'network-tool',
  'compiler',
  'setuid',
  'setgid',
  'capability',
  'world-writable',
]

interface Found {
  readonly kind: SurfaceKind
  readonly node: MergedNode
  readonly detail?: string
}

function surfaceItems(inside: ImageInside): readonly SurfaceItem[] {
  const makerOf = makersOf(inside)
  const programs = new Map<string, { item: Found; also: string[] }>()
  const others: Found[] = []
  for (const node of walkTree(inside.root)) {
    others.push(...markedAs(node))
    const kind = programKind(node.entry.path)
    const target = kind === undefined ? undefined : programAt(inside, node)
    if (kind === undefined || target === undefined) continue
    const key = `${kind} ${target}`
    const known = programs.get(key)
    if (known === undefined) programs.set(key, { item: { kind, node }, also: [] })
    else known.also.push(node.entry.path)
  }
  const found = [...programs.values(), ...others.map((item) => ({ item, also: [] }))]
  return found
    .map(({ item: { kind, node, detail }, also }): SurfaceItem => {
      const step = makerOf(node)
      return {
        kind,
        path: node.entry.path,
        also,
        ...(detail === undefined ? {} : { detail }),
        ...(step === undefined ? {} : { step }),
      }
    })
    .sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind))
}

/** The file (by inode where it has several names) that a name starts; undefined for what cannot be executed. */
function programAt({ view }: ImageInside, { entry }: MergedNode): string | undefined {
  const path = entry.kind === 'symlink' ? resolveInRoot(view, entry.path) : entry.path
  const node = typeof path === 'string' ? view.node(path) : undefined
  return node?.kind === 'file' && (node.mode & 0o111) !== 0 ? (node.inode ?? String(path)) : undefined
}

/** What the mode and the attributes of a file say. Names of one file count each: each has to be looked at. */
function markedAs(node: MergedNode): readonly Found[] {
  const { kind, mode, xattrs } = node.entry
  const found: Found[] = []
  const isProgram = kind === 'file' && (mode & 0o111) !== 0
  if (isProgram && (mode & 0o4000) !== 0) found.push({ kind: 'setuid', node })
  if (isProgram && (mode & 0o2000) !== 0) found.push({ kind: 'setgid', node })
  const attribute = kind === 'file' ? xattrs?.['security.capability'] : undefined
  const capabilities = attribute === undefined ? undefined : decodeCapabilities(attribute)
  if (capabilities !== undefined) found.push({ kind: 'capability', node, detail: capabilities.names.join(', ') })
  const isOpen = (mode & 0o002) !== 0 && (kind === 'file' || (kind === 'dir' && (mode & 0o1000) === 0))
  if (isOpen) found.push({ kind: 'world-writable', node })
  return found
}
