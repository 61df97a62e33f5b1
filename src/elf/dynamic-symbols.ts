import { openElf } from './elf-image.ts'
import { type ReadElf, readElfSections } from './elf-sections.ts'

/** Names that a program or library looks for in others, and that others find in it. */
export interface DynamicSymbols {
  /** Those it cannot do without. */
  readonly wanted: readonly string[]
  readonly offered: ReadonlySet<string>
}

const dynamicSymbolTable = 11
const weak = 2
const local = 0
/** More than linkers write; what says otherwise is damaged. */
const most = 1 << 26

/** The table of dynamic symbols; undefined where there is none, or none that the table of sections leads to. */
export function readDynamicSymbols(read: ReadElf): DynamicSymbols | undefined {
  const elf = openElf(read)
  const tables = elf === undefined ? undefined : tablesOf(read)
  if (elf === undefined || tables === undefined) return undefined
  const { symbols, names } = tables
  const numbers = elf.numbers(symbols)
  const is64 = elf.bits === 64
  const size = is64 ? 24 : 16
  const wanted: string[] = []
  const offered = new Set<string>()
  for (let at = size; at + size <= symbols.length; at += size) {
    const binding = (symbols[at + (is64 ? 4 : 12)] ?? 0) >> 4
    const name = textAt(names, numbers.word(at))
    if (name === '' || binding === local) continue
    const isDefined = numbers.half(at + (is64 ? 6 : 14)) !== 0
    if (isDefined) offered.add(name)
    else if (binding !== weak) wanted.push(name)
  }
  return { wanted, offered }
}

function tablesOf(read: ReadElf): { readonly symbols: Buffer; readonly names: Buffer } | undefined {
  const sections = readElfSections(read) ?? []
  const table = sections.find(({ type }) => type === dynamicSymbolTable)
  const texts = table === undefined ? undefined : sections[table.link]
  if (table === undefined || texts === undefined || table.size > most || texts.size > most) return undefined
  const [symbols, names] = [
    { offset: table.offset, length: table.size },
    { offset: texts.offset, length: texts.size },
  ].map((part) => {
    const bytes = read(part)
    return bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  })
  return symbols === undefined || names === undefined ? undefined : { symbols, names }
}

function textAt(names: Buffer, at: number): string {
  const end = names.indexOf(0, at)
  return names.toString('latin1', at, end < 0 ? names.length : end)
}
