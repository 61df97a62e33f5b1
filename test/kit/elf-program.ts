/** What the dynamic section of a made-up program or library says. */
export interface ElfParts {
  /** The number of its machine; amd64 unless said otherwise. */
  readonly machine?: number
  readonly interpreter?: string
  readonly needed?: readonly string[]
  readonly soname?: string
  readonly rpath?: string
  readonly runpath?: string
  /** Versions by library: `{ 'libc.so.6': ['GLIBC_2.34'] }`; a question mark behind one makes it weak. */
  readonly wants?: Readonly<Record<string, readonly string[]>>
  readonly offers?: readonly string[]
  /** Symbols that others have to bring, and those of its own. */
  readonly undefinedSymbols?: readonly string[]
  readonly definedSymbols?: readonly string[]
  /** Bytes behind everything else. */
  readonly text?: string
}

const headerSize = 64
const segmentSize = 56

/**
 * A shared object of 64 bits, little-endian, that has all that loaders read before they map it, and no code. Addresses are offsets
 * in the file. It cannot be run.
 */
export function elfProgram(parts: ElfParts): Uint8Array {
  const strings = stringTable()
  const interpreter = Buffer.from(parts.interpreter === undefined ? '' : `${parts.interpreter}\0`)
  const symbols = symbolTable(parts, strings)
  const wanted = wantedTable(parts.wants ?? {}, strings)
  const offered = offeredTable(parts.offers ?? [], strings)
  const names = [
    ...(parts.needed ?? []).map((name) => [1, strings.add(name)] as const),
    ...(parts.soname === undefined ? [] : [[14, strings.add(parts.soname)] as const]),
    ...(parts.rpath === undefined ? [] : [[15, strings.add(parts.rpath)] as const]),
    ...(parts.runpath === undefined ? [] : [[29, strings.add(parts.runpath)] as const]),
  ]
  const texts = strings.bytes()
  const start = headerSize + 3 * segmentSize
  const at = offsets(start, [interpreter, texts, symbols, wanted, offered])
  const [interpreterAt = 0, textsAt = 0, symbolsAt = 0, wantedAt = 0, offeredAt = 0, dynamicAt = 0] = at
  const dynamic = numbers64(
    [
      ...names,
      [5, textsAt],
      [10, texts.length],
      [0x6ffffffe, wantedAt],
      [0x6fffffff, Object.keys(parts.wants ?? {}).length],
      [0x6ffffffc, offeredAt],
      [0x6ffffffd, (parts.offers ?? []).length],
      [0, 0],
    ].flat(),
  )
  const sections = Buffer.concat([
    section([0, 0, 0, 0]),
    section([3, textsAt, texts.length, 0]),
    section([11, symbolsAt, symbols.length, 1]),
  ])
  const body = Buffer.concat([interpreter, texts, symbols, wanted, offered, dynamic])
  const text = Buffer.from(parts.text ?? '', 'latin1')
  const total = start + body.length + sections.length + text.length
  const header = Buffer.alloc(start)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(3, 16)
  header.writeUInt16LE(parts.machine ?? 0x3e, 18)
  header.writeBigUInt64LE(BigInt(headerSize), 32)
  header.writeBigUInt64LE(BigInt(start + body.length), 40)
  header.writeUInt16LE(segmentSize, 54)
  header.writeUInt16LE(3, 56)
  header.writeUInt16LE(64, 58)
  header.writeUInt16LE(3, 60)
  segment(header, 0, { kind: 1, at: 0, size: total })
  segment(header, 1, { kind: 2, at: dynamicAt, size: dynamic.length })
  if (parts.interpreter !== undefined) segment(header, 2, { kind: 3, at: interpreterAt, size: interpreter.length })
  return Buffer.concat([header, body, sections, text])
}

function offsets(start: number, buffers: readonly Buffer[]): readonly number[] {
  const found = [start]
  for (const { length } of buffers) found.push((found.at(-1) as number) + length)
  return found
}

interface Strings {
  add(text: string): number
  bytes(): Buffer
}

function stringTable(): Strings {
  let text = '\0'
  return {
    add: (one) => {
      const at = text.length
      text += `${one}\0`
      return at
    },
    bytes: () => Buffer.from(text, 'latin1'),
  }
}

function symbolTable({ undefinedSymbols = [], definedSymbols = [] }: ElfParts, strings: Strings): Buffer {
  const row = (name: string, place: number): Buffer => {
    const bytes = Buffer.alloc(24)
    bytes.writeUInt32LE(strings.add(name), 0)
    bytes[4] = (1 << 4) | 2
    bytes.writeUInt16LE(place, 6)
    return bytes
  }
  return Buffer.concat([
    Buffer.alloc(24),
    ...undefinedSymbols.map((name) => row(name, 0)),
    ...definedSymbols.map((name) => row(name, 1)),
  ])
}

function wantedTable(wants: NonNullable<ElfParts['wants']>, strings: Strings): Buffer {
  const libraries = Object.entries(wants)
  return Buffer.concat(
    libraries.flatMap(([library, versions], index) => {
      const head = Buffer.alloc(16)
      head.writeUInt16LE(1, 0)
      head.writeUInt16LE(versions.length, 2)
      head.writeUInt32LE(strings.add(library), 4)
      head.writeUInt32LE(16, 8)
      head.writeUInt32LE(index === libraries.length - 1 ? 0 : 16 * (1 + versions.length), 12)
      return [
        head,
        ...versions.map((version, place) => {
          const row = Buffer.alloc(16)
          row.writeUInt16LE(version.endsWith('?') ? 2 : 0, 4)
          row.writeUInt32LE(strings.add(version.replace('?', '')), 8)
          row.writeUInt32LE(place === versions.length - 1 ? 0 : 16, 12)
          return row
        }),
      ]
    }),
  )
}

function offeredTable(offers: readonly string[], strings: Strings): Buffer {
  return Buffer.concat(
    offers.map((version, index) => {
      const row = Buffer.alloc(28)
      row.writeUInt16LE(1, 0)
      row.writeUInt16LE(1, 6)
      row.writeUInt32LE(20, 12)
      row.writeUInt32LE(index === offers.length - 1 ? 0 : 28, 16)
      row.writeUInt32LE(strings.add(version), 20)
      return row
    }),
  )
}

function numbers64(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), index * 8))
  return bytes
}

function section([type = 0, offset = 0, size = 0, link = 0]: readonly number[]): Buffer {
  const row = Buffer.alloc(64)
  row.writeUInt32LE(type, 4)
  row.writeBigUInt64LE(BigInt(offset), 24)
  row.writeBigUInt64LE(BigInt(size), 32)
  row.writeUInt32LE(link, 40)
  return row
}

function segment(
  header: Buffer,
  index: number,
  { kind, at, size }: { readonly kind: number; readonly at: number; readonly size: number },
): void {
  const row = headerSize + index * segmentSize
  header.writeUInt32LE(kind, row)
  header.writeUInt32LE(7, row + 4)
  for (const place of [8, 16, 24]) header.writeBigUInt64LE(BigInt(at), row + place)
  for (const place of [32, 40]) header.writeBigUInt64LE(BigInt(size), row + place)
}
