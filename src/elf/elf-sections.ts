import { numbersOf } from './elf-header.ts'

/** Bytes of a file from an offset on; fewer where it ends, undefined where they cannot be had. */
export type ReadElf = (part: { readonly offset: number; readonly length: number }) => Uint8Array | undefined

/** A section of an ELF file; offset and size in bytes of the file. */
export interface ElfSection {
  readonly name: string
  readonly type: number
  /** Whether it is in memory when the program runs. */
  readonly isLoaded: boolean
  readonly offset: number
  readonly size: number
  /** A symbol table's: the section with its names. */
  readonly link: number
}

const allocated = 2n
/** More than any linker writes; what says otherwise is damaged. */
const most = { sections: 10_000, names: 1 << 20 }

/**
 * The table of sections of an ELF file, in its order; empty where it has none. Undefined for other files, for damaged ones and
 * for those that cannot be read.
 */
export function readElfSections(read: ReadElf): readonly ElfSection[] | undefined {
  const header = bytesOf(read, 0, 64)
  if (header === undefined || header.toString('latin1', 0, 4) !== '\x7fELF' || header.length < 64) return undefined
  const is64 = header[4] === 2
  const head = numbersOf(header, is64 ? 64 : 32, header[5] !== 2)
  const [start, size] = [head.wide(is64 ? 40 : 32), head.half(is64 ? 58 : 46)]
  const [count, names] = [head.half(is64 ? 60 : 48), head.half(is64 ? 62 : 50)]
  if (start === 0 || count === 0) return []
  if (size < (is64 ? 64 : 40) || count > most.sections) return undefined
  const table = bytesOf(read, start, size * count)
  if (table === undefined || table.length < size * count) return undefined
  const numbers = numbersOf(table, is64 ? 64 : 32, header[5] !== 2)
  const sections = Array.from({ length: count }, (_, index) => sectionAt(numbers, index * size))
  const place = sections[names]
  const texts = place === undefined || place.size > most.names ? undefined : bytesOf(read, place.offset, place.size)
  return sections.map(({ nameOffset, ...section }) => ({ ...section, name: nameAt(texts, nameOffset) }))
}

function sectionAt(
  numbers: ReturnType<typeof numbersOf>,
  at: number,
): Omit<ElfSection, 'name'> & { readonly nameOffset: number } {
  const is64 = numbers.bits === 64
  return {
    nameOffset: numbers.word(at),
    type: numbers.word(at + 4),
    isLoaded: (BigInt(numbers.wide(at + 8)) & allocated) !== 0n,
    offset: numbers.wide(at + (is64 ? 24 : 16)),
    size: numbers.wide(at + (is64 ? 32 : 20)),
    link: numbers.word(at + (is64 ? 40 : 24)),
  }
}

function nameAt(texts: Buffer | undefined, at: number): string {
  if (texts === undefined || at >= texts.length) return ''
  const end = texts.indexOf(0, at)
  return texts.toString('latin1', at, end < 0 ? texts.length : end)
}

function bytesOf(read: ReadElf, offset: number, length: number): Buffer | undefined {
  const bytes = read({ offset, length })
  return bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
