import { type ElfDynamic, type ElfHeader, elfHeadSize, readDynamic, readElf } from '../elf/index.ts'
import { joinPath, resolveInRoot, type TreeNode } from '../fileset/index.ts'
import { type Family, familyOf, readOsRelease } from '../inventory/index.ts'
import type { ClosureImage } from './closure.ts'

/** A file at the end of all links. */
export interface Found {
  /** Without leading slash. */
  readonly path: string
  readonly node: TreeNode
}

/** An ELF file. Without `dynamic` it needs nothing else, or cannot be read. */
export interface ElfFile extends ElfHeader {
  readonly dynamic?: ElfDynamic
}

/** The root file system of an image, with what was read of it kept. */
export interface Root {
  readonly image: ClosureImage
  /** What is there, links followed; undefined for nothing, and for links that lead nowhere. */
  find(path: string): Found | undefined
  /** A link that leads nowhere, by its own path and with links above it resolved. */
  brokenLink(path: string): Found | undefined
  /** The first bytes of a file, by its own path; undefined where they cannot be had. */
  head(path: string): Uint8Array | undefined
  elf(path: string): ElfFile | undefined
  /** The text of a file, links followed. Undefined when it is larger than 1 MB. */
  text(path: string): string | undefined
  /** All of a file, links followed, up to that many bytes. */
  bytes(path: string, most: number): Buffer | undefined
  /** Regular files and links of that name anywhere; at most 20. Walks the whole tree. */
  named(name: string): readonly string[]
  /** `Debian 12`; undefined where nothing tells. */
  readonly distribution: string | undefined
  readonly family: Family | undefined
}

const largestText = 1 << 20

export function openRoot(image: ClosureImage): Root {
  const { view, read } = image
  const elves = new Map<string, ElfFile | undefined>()
  const find = (path: string): Found | undefined => {
    const resolved = resolveInRoot(view, path)
    const node = typeof resolved === 'string' ? view.node(resolved) : undefined
    return typeof resolved === 'string' && node !== undefined ? { path: resolved, node } : undefined
  }
  const bytes = (path: string, most: number): Buffer | undefined => {
    const found = find(path)
    if (found?.node.kind !== 'file' || found.node.size > most) return undefined
    const part = found.node.size === 0 ? new Uint8Array() : read(found.path, { offset: 0, length: found.node.size })
    return part === undefined ? undefined : Buffer.from(part.buffer, part.byteOffset, part.byteLength)
  }
  const text = (path: string): string | undefined => bytes(path, largestText)?.toString('utf8')
  const head = (path: string): Uint8Array | undefined => read(path, { offset: 0, length: elfHeadSize })
  const release = readOsRelease(text('etc/os-release') ?? '')
  return {
    image,
    find,
    brokenLink: (path) => {
      const own = resolveInRoot(view, path, { followLast: false })
      const node = typeof own === 'string' ? view.node(own) : undefined
      const isBroken = typeof own === 'string' && node?.kind === 'symlink' && find(path) === undefined
      return isBroken ? { path: own, node } : undefined
    },
    head,
    elf: (path) => {
      if (elves.has(path)) return elves.get(path)
      const bytesOfHead = head(path)
      const header = bytesOfHead === undefined ? undefined : readElf(bytesOfHead)
      const dynamic = header === undefined ? undefined : readDynamic((part) => read(path, part))
      const elf = header === undefined ? undefined : { ...header, ...(dynamic === undefined ? {} : { dynamic }) }
      elves.set(path, elf)
      return elf
    },
    text,
    bytes,
    named: (name) => namedIn(image, name),
    distribution: nameOf(release),
    family: familyOf(release),
  }
}

function nameOf(release: ReadonlyMap<string, string>): string | undefined {
  const name = release.get('NAME') ?? release.get('ID')
  if (name === undefined || name === '') return undefined
  const version = release.get('VERSION_ID') ?? ''
  return `${name.replace(' GNU/Linux', '').replace(' Linux', '')} ${version}`.trim()
}

function namedIn({ view }: ClosureImage, name: string): readonly string[] {
  const found: string[] = []
  const todo = ['']
  while (todo.length > 0 && found.length < 20) {
    const directory = todo.pop() as string
    for (const one of view.names(directory)) {
      const path = joinPath(directory, one)
      const kind = view.node(path)?.kind
      if (kind === 'dir') todo.push(path)
      else if (one === name) found.push(path)
    }
  }
  return found.sort()
}
