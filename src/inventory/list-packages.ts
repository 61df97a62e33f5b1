import { elfHeadSize, mayBeProgram, readElf } from '../elf/index.ts'
import { resolveInRoot, type TreeNode, type TreeView } from '../fileset/index.ts'
import { readApkDatabase } from './apk-database.ts'
import { readDebianStatus } from './debian-status.ts'
import { goInfoPart, readGoBuildInfo } from './go-build-info.ts'
import { readGemSpecification, readNpmPackage, readPythonMetadata } from './language-packages.ts'
import { listsFiles } from './owned-files.ts'
import { type Distribution, distributionIn } from './os-release.ts'
import type { Package, PackageFacts } from './package.ts'
import { packageUrl } from './purl.ts'
import { filesOf, largest, type ReadPart, textOf } from './root-files.ts'

export interface Inventory {
  readonly distribution?: Distribution
  /** Ordered by type, name, version, architecture and path. */
  readonly packages: readonly Package[]
  /** Files that should name packages and could not be read, by path. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
}

/** Go's smallest programs have 1.2 MB; nothing smaller is opened. */
const smallestProgram = 256 << 10

/**
 * The packages of a root file system: those of dpkg (also distroless' `status.d`), apk, npm, Python and RubyGems by
 * their own records, and the modules of Go programs. Files that are malformed are skipped and named; nothing is thrown.
 */
export function listPackages(view: TreeView, read: ReadPart): Inventory {
  const distribution = distributionOf(view, read)
  const packages = new Map<string, Package>()
  const skipped: { path: string; reason: string }[] = []
  for (const { path, node } of filesOf(view)) {
    const facts = factsOf({ path, node, read })
    if ('reason' in facts) skipped.push({ path, reason: facts.reason })
    else {
      const layer = layerOf(view, path)
      for (const fact of facts.found) {
        const { qualifiers: _, ...stated } = fact
        const purl = packageUrl(fact, distribution)
        packages.set(`${purl} ${path}`, { ...stated, purl, path, ...(layer === undefined ? {} : { layer }) })
      }
    }
  }
  return {
    packages: [...packages.values()].sort(comparePackages),
    skipped,
    ...(distribution === undefined ? {} : { distribution }),
  }
}

/** Whether inventories read the file whole; they read parts of programs besides. */
export function namesPackages(path: string): boolean {
  return readerOf(path) !== undefined || osReleasePlaces.includes(path) || listsFiles(path)
}

type Reader = (text: string) => readonly PackageFacts[]

const osReleasePlaces: readonly string[] = ['etc/os-release', 'usr/lib/os-release']

const readers: readonly { readonly place: RegExp; readonly read: Reader }[] = [
  { place: /^var\/lib\/dpkg\/(status|status\.d\/[^/]+(?<!\.md5sums))$/, read: readDebianStatus },
  { place: /^(usr\/)?lib\/apk\/db\/installed$/, read: readApkDatabase },
  { place: /(^|\/)node_modules\/(@[^/]+\/)?[^/@.][^/]*\/package\.json$/, read: readNpmPackage },
  { place: /\.dist-info\/METADATA$|\.egg-info(\/PKG-INFO)?$/, read: readPythonMetadata },
  { place: /(^|\/)specifications\/(default\/)?[^/]+\.gemspec$/, read: readGemSpecification },
]

/** A reader for the three formats of rpm would be larger than all others together. */
const rpmDatabase = /^(var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\/(Packages(\.db)?|rpmdb\.sqlite)$/

function readerOf(path: string): Reader | undefined {
  return readers.find(({ place }) => place.test(path))?.read
}

interface CandidateFile {
  readonly path: string
  readonly node: TreeNode
  readonly read: ReadPart
}

type Facts = { readonly found: readonly PackageFacts[] } | { readonly reason: string }

function factsOf(file: CandidateFile): Facts {
  if (rpmDatabase.test(file.path)) return { reason: 'databases of rpm are not read' }
  const reader = readerOf(file.path)
  if (reader === undefined) return { found: mayBeGoProgram(file) ? (goFacts(file) ?? []) : [] }
  if (file.node.size > largest) return { reason: `it is larger than ${largest >> 20} MiB` }
  const bytes = file.read(file.path, { offset: 0, length: file.node.size })
  if (bytes === undefined) return { reason: 'it cannot be read' }
  try {
    return { found: reader(textOf(bytes)) }
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: 'it is not JSON' }
    throw error
  }
}

function mayBeGoProgram({ path, node }: CandidateFile): boolean {
  return node.size >= smallestProgram && mayBeProgram(path, node)
}

function goFacts({ path, read }: CandidateFile): readonly PackageFacts[] | undefined {
  const head = read(path, { offset: 0, length: elfHeadSize })
  const header = head === undefined ? undefined : readElf(head)
  const part = header === undefined ? undefined : goInfoPart(header)
  const bytes = part === undefined ? undefined : read(path, part)
  return bytes === undefined ? undefined : readGoBuildInfo(bytes)
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
  for (const key of ['type', 'name', 'version', 'architecture', 'path'] as const) {
    const [one, other] = [left[key] ?? '', right[key] ?? '']
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}
