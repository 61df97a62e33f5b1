import { type Numbers, numbersOf } from './elf-header.ts'
import type { ReadElf } from './elf-sections.ts'

/** A segment as it is loaded: where its bytes are in the file, and at which address they appear. */
export interface LoadedSegment {
  readonly kind: number
  readonly offset: number
  readonly size: number
  readonly address: number
}

/** The parts of an ELF file that lead to all others. */
export interface ElfImage {
  readonly bits: 32 | 64
  readonly segments: readonly LoadedSegment[]
  /** Bytes of the file; fewer at its end, undefined where they cannot be had. */
  bytes(offset: number, length: number): Buffer | undefined
  numbers(bytes: Buffer): Numbers
  /** Offset in the file of what is loaded at an address. */
  offsetOf(address: number): number | undefined
}

const loadable = 1
/** More than any linker writes; what says otherwise is damaged. */
const mostSegments = 1000

/** Reads the table of segments; undefined for other files and for those that cannot be read. */
export function openElf(read: ReadElf): ElfImage | undefined {
  const bytes = (offset: number, length: number): Buffer | undefined => {
    const found = Number.isSafeInteger(offset) && length > 0 ? read({ offset, length }) : undefined
    return found === undefined ? undefined : Buffer.from(found.buffer, found.byteOffset, found.byteLength)
  }
  const header = bytes(0, 64)
  if (header === undefined || header.length < 52 || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const [bits, little] = [header[4] === 2 ? (64 as const) : (32 as const), header[5] !== 2]
  if (bits === 64 && header.length < 64) return undefined
  const numbers = (part: Buffer): Numbers => numbersOf(part, bits, little)
  const segments = segmentsOf(header, { bits, bytes, numbers })
  if (segments === undefined) return undefined
  const offsetOf = (address: number): number | undefined => {
    const segment = segments.find(
      (one) => one.kind === loadable && address >= one.address && address < one.address + one.size,
    )
    return segment === undefined ? undefined : address - segment.address + segment.offset
  }
  return { bits, segments, bytes, numbers, offsetOf }
}

function segmentsOf(
  header: Buffer,
  { bits, bytes, numbers }: Pick<ElfImage, 'bits' | 'bytes' | 'numbers'>,
): readonly LoadedSegment[] | undefined {
  const is64 = bits === 64
  const head = numbers(header)
  const [start, size, count] = [head.wide(is64 ? 32 : 28), head.half(is64 ? 54 : 42), head.half(is64 ? 56 : 44)]
  if (count === 0) return []
  if (size < (is64 ? 56 : 32) || count > mostSegments) return undefined
  const table = bytes(start, size * count)
  if (table === undefined || table.length < size * count) return undefined
  const row = numbers(table)
  return Array.from({ length: count }, (_, index) => {
    const at = index * size
    return {
      kind: row.word(at),
      offset: row.wide(at + (is64 ? 8 : 4)),
      address: row.wide(at + (is64 ? 16 : 8)),
      size: row.wide(at + (is64 ? 32 : 16)),
    }
  })
}
