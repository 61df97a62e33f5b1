/** What the header of an ELF file says (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html). */
export interface ElfHeader {
  /** OCI architecture, or `machine 0x…` for those that no image can have. */
  readonly architecture: string
  readonly bits: 32 | 64
  readonly byteOrder: 'little' | 'big'
  /** `relocatable` are the object files of compilers, `shared` also programs at changing addresses. */
  readonly type: 'relocatable' | 'executable' | 'shared' | 'core' | 'other'
  /** The loader that `PT_INTERP` names; absent for static programs and libraries. */
  readonly interpreter?: string
  /** What is loaded into memory, as far as the table of them lies in the bytes given. */
  readonly segments: readonly ElfSegment[]
}

/** Offset and size in bytes of the file. */
export interface ElfSegment {
  readonly offset: number
  readonly size: number
  readonly isWritable: boolean
}

const loadable = 1
const interpreterSegment = 3
const writable = 2

/** Names of machines by their number: for both byte orders, or little and big. */
const machines: Readonly<Record<number, string | readonly [string, string]>> = {
  0x03: '386',
  0x15: ['ppc64le', 'ppc64'],
  0x16: 's390x',
  0x28: ['arm', 'armbe'],
  0x3e: 'amd64',
  0xb7: ['arm64', 'arm64be'],
  0x102: 'loong64',
}

const types = ['other', 'relocatable', 'executable', 'shared', 'core'] as const

/**
 * Reads a header from the first bytes of a file; 4096 hold the tables of nearly all files, 64 are enough for the
 * architecture. Undefined for anything else and for files that are cut off within the header.
 */
export function readElf(bytes: Uint8Array): ElfHeader | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const [bits, little] = [file[4] === 2 ? (64 as const) : (32 as const), file[5] !== 2]
  if (file.length < (bits === 64 ? 64 : 52)) return undefined
  const numbers = numbersOf(file, bits, little)
  const { interpreter, segments } = programTable(file, numbers)
  return {
    architecture: architectureOf(numbers.half(18), bits, little),
    bits,
    byteOrder: little ? 'little' : 'big',
    type: types[numbers.half(16)] ?? 'other',
    ...(interpreter === undefined ? {} : { interpreter }),
    segments,
  }
}

/** Whether a file is an ELF program that needs nothing else to start. */
export function isStatic(bytes: Uint8Array): boolean {
  const header = readElf(bytes)
  return header !== undefined && header.interpreter === undefined
}

/** Reads numbers of the widths of a file; offsets beyond 2^53 come out inexact, and beyond every file. */
export interface Numbers {
  readonly bits: 32 | 64
  half(at: number): number
  word(at: number): number
  /** As wide as an address. */
  wide(at: number): number
}

/** Numbers of a file, or of a part of it. */
export function numbersOf(file: Buffer, bits: 32 | 64, little: boolean): Numbers {
  const word = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const long = (at: number): number => Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at))
  return {
    bits,
    half: (at) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at)),
    word,
    wide: bits === 64 ? long : word,
  }
}

function architectureOf(machine: number, bits: 32 | 64, little: boolean): string {
  if (machine === 0x08) return `mips${bits === 64 ? '64' : ''}${little ? 'le' : ''}`
  if (machine === 0xf3) return bits === 64 ? 'riscv64' : 'riscv'
  const known = machines[machine]
  if (known === undefined) return `machine 0x${machine.toString(16)}`
  return typeof known === 'string' ? known : known[little ? 0 : 1]
}

function programTable(file: Buffer, numbers: Numbers): Pick<ElfHeader, 'interpreter' | 'segments'> {
  const is64 = numbers.bits === 64
  const start = numbers.wide(is64 ? 32 : 28)
  const size = numbers.half(is64 ? 54 : 42)
  const count = numbers.half(is64 ? 56 : 44)
  const segments: ElfSegment[] = []
  let interpreter: string | undefined
  for (let index = 0, at = start; index < count; index += 1, at += size) {
    if (size < (is64 ? 56 : 32) || at + size > file.length) break
    const kind = numbers.word(at)
    const offset = numbers.wide(at + (is64 ? 8 : 4))
    const length = numbers.wide(at + (is64 ? 32 : 16))
    const flags = numbers.word(at + (is64 ? 4 : 24))
    if (kind === loadable) segments.push({ offset, size: length, isWritable: (flags & writable) !== 0 })
    if (kind === interpreterSegment)
      interpreter = file.toString('latin1', offset, offset + length).replace(/\0.*$/s, '')
  }
  return { segments, ...(interpreter === undefined || interpreter === '' ? {} : { interpreter }) }
}
