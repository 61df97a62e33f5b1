import { elfHeadSize, mayBeProgram, readElf } from '../elf/index.ts'
import { joinPath, parentOf, resolveInRoot, type TreeNode, type TreeView } from '../fileset/index.ts'
import { readAuditable } from './cargo-packages.ts'
import { goInfoPart, readGoBuildInfo } from './go-build-info.ts'
import { developmentPlaces } from './installed-lists.ts'
import { distributionIn, type Distribution } from './os-release.ts'
import { listOwnedFiles, listsFiles } from './owned-files.ts'
import type { Package, PackageFacts } from './package.ts'
import { hiddenLock, isCompanion, packageFileAt } from './package-files.ts'
import { packageUrl } from './purl.ts'
import { filesOf, largest, type ReadPart, textOf } from './root-files.ts'

export interface Inventory {
  readonly distribution?: Distribution
  /** Ordered by type, name, version, architecture and path. */
  readonly packages: readonly Package[]
  /** Files that should name packages and could not be read, by path. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
}

/** Go's smallest programs have 1.2 MB, Rust's 300 kB; nothing smaller is opened. */
const smallestProgram = 256 << 10

/**
 * The packages of a root file system: those of dpkg (also distroless' `status.d`), apk, rpm, npm, Python, RubyGems, Composer,
 * NuGet and Maven by their own records, and what Go and `cargo auditable` wrote into programs; lock files speak where nothing
 * else does. Files that are malformed are skipped and named; nothing is thrown.
 */
export function listPackages(view: TreeView, read: ReadPart): Inventory {
  const distribution = distributionOf(view, read)
  const found: Found[] = []
  const skipped: { path: string; reason: string }[] = []
  const development = new Set<string>()
  for (const { path, node } of filesOf(view)) {
    const facts = factsOf({ path, node, view, read })
    if ('reason' in facts) skipped.push({ path, reason: facts.reason })
    else found.push(...facts.found.map((fact) => ({ ...facts, fact, path })))
    if (hiddenLock.test(path))
      for (const place of developmentFiles(path, wholeFile(read, path, node))) development.add(place)
  }
  const owned = found.some(({ isSystem }) => !isSystem) ? listOwnedFiles(view, read) : new Set<string>()
  const packages = new Map<string, Package>()
  for (const { fact, path, isSystem, isDeclared } of found) {
    const { qualifiers: _, ...stated } = fact
    const purl = packageUrl(fact, distribution)
    const layer = layerOf(view, path)
    packages.set(`${purl} ${path} ${fact.within ?? ''}`, {
      ...stated,
      ...(development.has(path) ? { isDevelopment: true } : {}),
      ...(isDeclared ? { isDeclared } : {}),
      origin: isSystem || owned.has(path) ? 'os' : 'application',
      purl,
      path,
      ...(layer === undefined ? {} : { layer }),
    })
  }
  return {
    packages: [...packages.values()].sort(comparePackages),
    skipped,
    ...(distribution === undefined ? {} : { distribution }),
  }
}

/** Whether inventories read the file whole; they read parts of programs besides. */
export function namesPackages(path: string): boolean {
  return (
    packageFileAt(path) !== undefined ||
    osReleasePlaces.includes(path) ||
    listsFiles(path) ||
    hiddenLock.test(path) ||
    isCompanion(path)
  )
}

const osReleasePlaces: readonly string[] = ['etc/os-release', 'usr/lib/os-release']

interface Found {
  readonly fact: PackageFacts
  readonly path: string
  readonly isSystem: boolean
  readonly isDeclared: boolean
}

interface CandidateFile {
  readonly path: string
  readonly node: TreeNode
  readonly view: TreeView
  readonly read: ReadPart
}

type Facts =
  | { readonly found: readonly PackageFacts[]; readonly isSystem: boolean; readonly isDeclared: boolean }
  | { readonly reason: string }

function factsOf(file: CandidateFile): Facts {
  const { path, node, view, read } = file
  const kind = packageFileAt(path)
  if (kind === undefined || kind.isSuperseded?.(view, path) === true)
    return { found: kind === undefined ? programFacts(file) : [], isSystem: false, isDeclared: false }
  if (node.size > largest) return { reason: `it is larger than ${largest >> 20} MiB` }
  const bytes = wholeFile(read, path, node)
  if (bytes === undefined) return { reason: 'it cannot be read' }
  const companion = (suffix: string): Uint8Array | undefined => {
    const other = view.node(`${path}${suffix}`)
    return other?.kind === 'file' && other.size <= largest ? wholeFile(read, `${path}${suffix}`, other) : undefined
  }
  const found = kind.read(bytes, { path, companion })
  if (found === undefined) return { reason: `it is not ${kind.form}` }
  return { found, isSystem: kind.isSystem === true, isDeclared: kind.isSuperseded !== undefined }
}

function wholeFile(read: ReadPart, path: string, { size }: TreeNode): Uint8Array | undefined {
  return read(path, { offset: 0, length: size })
}

/** What linkers wrote into a program of Go or Rust. */
function programFacts({ path, node, read }: CandidateFile): readonly PackageFacts[] {
  if (node.size < smallestProgram || !mayBeProgram(path, node)) return []
  const head = read(path, { offset: 0, length: elfHeadSize })
  const header = head === undefined ? undefined : readElf(head)
  if (header === undefined) return []
  const part = goInfoPart(header)
  const bytes = part === undefined ? undefined : read(path, part)
  const modules = bytes === undefined ? undefined : readGoBuildInfo(bytes)
  return modules ?? readAuditable((place) => read(path, place)) ?? []
}

/** The manifests of packages that only development needs. */
function developmentFiles(path: string, bytes: Uint8Array | undefined): readonly string[] {
  if (bytes === undefined) return []
  try {
    const project = parentOf(parentOf(path))
    return developmentPlaces(textOf(bytes)).map((place) => joinPath(joinPath(project, place), 'package.json'))
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function distributionOf(view: TreeView, read: ReadPart): Distribution | undefined {
  for (const place of osReleasePlaces) {
    const path = resolveInRoot(view, place)
    const node = typeof path === 'string' ? view.node(path) : undefined
    if (typeof path !== 'string' || node?.kind !== 'file') continue
    const bytes = read(path, { offset: 0, length: Math.min(node.size, largest) })
    const found = bytes === undefined ? undefined : distributionIn(textOf(bytes))
    if (found !== undefined) return found
  }
  return undefined
}

function layerOf(view: TreeView, path: string): string | undefined {
  const origin = view.origin(path)
  return origin.kind === 'layer' ? origin.layer : undefined
}

function comparePackages(left: Package, right: Package): number {
  for (const key of ['type', 'name', 'version', 'architecture', 'path', 'within'] as const) {
    const [one, other] = [left[key] ?? '', right[key] ?? '']
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}
