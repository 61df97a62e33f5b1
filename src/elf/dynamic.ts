import { type ElfImage, openElf } from './elf-image.ts'
import type { ReadElf } from './elf-sections.ts'

/** What an ELF file asks of the loader (https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html). */
export interface ElfDynamic {
  /** Names of libraries, in the order in which they are loaded. */
  readonly needed: readonly string[]
  /** `DT_SONAME`: the name by which others need it. */
  readonly soname?: string
  /** As written, not split at colons. */
  readonly rpath?: string
  readonly runpath?: string
  /** Versions that it wants of others, by the name of the library. Weak ones may be missing. */
  readonly wants: readonly WantedVersion[]
  /** Versions of its own that it offers; empty where it has none. */
  readonly offers: readonly string[]
  /** It is a program at a changing address and not a library. */
  readonly isProgram: boolean
}

export interface WantedVersion {
  readonly library: string
  /** `GLIBC_2.34`. */
  readonly version: string
  readonly isWeak: boolean
}

const dynamicSegment = 2
const tags = {
  end: 0,
  needed: 1,
  strings: 5,
  stringsSize: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  flags1: 0x6ffffffb,
  versions: 0x6ffffffc,
  versionCount: 0x6ffffffd,
  wanted: 0x6ffffffe,
  wantedCount: 0x6fffffff,
} as const
/** `DF_1_PIE`. */
const programFlag = 0x08000000
/** `VER_FLG_BASE` marks the name of the library itself, `VER_FLG_WEAK` what may be missing. */
const [baseFlag, weakFlag] = [1, 2]
/** More than linkers write; what says otherwise is damaged. */
const most = { dynamic: 1 << 16, tables: 1 << 16, strings: 1 << 18, versions: 4000, name: 4096 }

/**
 * The dynamic section of a program or library. Undefined for static programs, other files, and those that are damaged or cannot
 * be read.
 */
export function readDynamic(read: ReadElf): ElfDynamic | undefined {
  const elf = openElf(read)
  const segment = elf?.segments.find(({ kind }) => kind === dynamicSegment)
  if (elf === undefined || segment === undefined) return undefined
  const entries = entriesOf(elf, segment)
  if (entries === undefined) return undefined
  const first = (tag: number): number | undefined => entries.find(([key]) => key === tag)?.[1]
  const stringAt = stringsOf(elf, first)
  if (stringAt === undefined) return undefined
  const texts = (tag: number): readonly string[] =>
    entries.filter(([key]) => key === tag).map(([, value]) => stringAt(value))
  const [soname] = texts(tags.soname)
  const [rpath] = texts(tags.rpath)
  const [runpath] = texts(tags.runpath)
  return {
    needed: texts(tags.needed),
    ...(soname === undefined ? {} : { soname }),
    ...(rpath === undefined ? {} : { rpath }),
    ...(runpath === undefined ? {} : { runpath }),
    wants: wantedVersions(elf, { at: first(tags.wanted), count: first(tags.wantedCount), stringAt }),
    offers: offeredVersions(elf, { at: first(tags.versions), count: first(tags.versionCount), stringAt }),
    isProgram: ((first(tags.flags1) ?? 0) & programFlag) !== 0,
  }
}

type Entries = readonly (readonly [tag: number, value: number])[]

function entriesOf(elf: ElfImage, { offset, size }: { offset: number; size: number }): Entries | undefined {
  const width = elf.bits / 8
  const bytes = elf.bytes(offset, Math.min(size, most.dynamic))
  if (bytes === undefined) return undefined
  const numbers = elf.numbers(bytes)
  const entries: [number, number][] = []
  for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) {
    const tag = numbers.wide(at)
    if (tag === tags.end) break
    entries.push([tag, numbers.wide(at + width)])
  }
  return entries
}

type StringAt = (place: number) => string

/** The table of strings is read whole unless it is large: Node's own has megabytes of exported names. */
function stringsOf(elf: ElfImage, first: (tag: number) => number | undefined): StringAt | undefined {
  const [address, size] = [first(tags.strings), first(tags.stringsSize)]
  const start = address === undefined ? undefined : elf.offsetOf(address)
  if (start === undefined || size === undefined) return undefined
  const whole = size <= most.strings ? elf.bytes(start, size) : undefined
  return (place) => {
    if (!(place < size)) return ''
    const bytes = whole?.subarray(place) ?? elf.bytes(start + place, Math.min(most.name, size - place))
    if (bytes === undefined) return ''
    const end = bytes.indexOf(0)
    return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
  }
}

interface VersionTable {
  readonly at: number | undefined
  readonly count: number | undefined
  readonly stringAt: StringAt
}

/** The section `.gnu.version_r`: a chain of libraries, each with a chain of versions. */
function wantedVersions(elf: ElfImage, table: VersionTable): readonly WantedVersion[] {
  return chains(elf, table, { size: 16, count: 2, child: 8, next: 12, childSize: 16, childNext: 12 }).flatMap(
    ({ numbers, at, children }) => {
      const library = table.stringAt(numbers.word(at + 4))
      return children.map((child) => ({
        library,
        version: table.stringAt(numbers.word(child + 8)),
        isWeak: (numbers.half(child + 4) & weakFlag) !== 0,
      }))
    },
  )
}

/** The section `.gnu.version_d`: of each version its name, and then those that it continues. */
function offeredVersions(elf: ElfImage, table: VersionTable): readonly string[] {
  return chains(elf, table, { size: 20, count: 6, child: 12, next: 16, childSize: 8, childNext: 4 }).flatMap(
    ({ numbers, at, children }) => {
      const [name] = children
      if (name === undefined || (numbers.half(at + 2) & baseFlag) !== 0) return []
      return [table.stringAt(numbers.word(name))]
    },
  )
}

interface ChainLayout {
  readonly size: number
  readonly count: number
  readonly child: number
  readonly next: number
  readonly childSize: number
  readonly childNext: number
}

interface ChainLink {
  readonly numbers: ReturnType<ElfImage['numbers']>
  readonly at: number
  readonly children: readonly number[]
}

function chains(elf: ElfImage, { at: address, count = 0 }: VersionTable, layout: ChainLayout): readonly ChainLink[] {
  const start = address === undefined ? undefined : elf.offsetOf(address)
  const bytes = start === undefined ? undefined : elf.bytes(start, most.tables)
  if (bytes === undefined) return []
  const numbers = elf.numbers(bytes)
  const links: ChainLink[] = []
  for (let at = 0; links.length < Math.min(count, most.versions) && at + layout.size <= bytes.length; ) {
    const children: number[] = []
    let child = at + numbers.word(at + layout.child)
    while (children.length < numbers.half(at + layout.count) && child + layout.childSize <= bytes.length) {
      children.push(child)
      const next = numbers.word(child + layout.childNext)
      if (next === 0) break
      child += next
    }
    links.push({ numbers, at, children })
    const next = numbers.word(at + layout.next)
    if (next === 0) break
    at += next
  }
  return links
}
