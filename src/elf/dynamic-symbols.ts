import { type ElfImage, openElf } from './elf-image.ts'
import type { ReadElf } from './elf-sections.ts'

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
const most = { sections: 10_000, bytes: 1 << 26 }

/** The table of dynamic symbols; undefined where there is none, or none that the table of sections leads to. */
export function readDynamicSymbols(read: ReadElf): DynamicSymbols | undefined {
  const elf = openElf(read)
  const tables = elf === undefined ? undefined : tablesOf(elf)
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

function tablesOf(elf: ElfImage): { readonly symbols: Buffer; readonly names: Buffer } | undefined {
  const is64 = elf.bits === 64
  const header = elf.bytes(0, 64)
  if (header === undefined) return undefined
  const head = elf.numbers(header)
  const [start, size, count] = [head.wide(is64 ? 40 : 32), head.half(is64 ? 58 : 46), head.half(is64 ? 60 : 48)]
  if (start === 0 || count === 0 || count > most.sections || size < (is64 ? 64 : 40)) return undefined
  const table = elf.bytes(start, size * count)
  if (table === undefined || table.length < size * count) return undefined
  const row = elf.numbers(table)
  const section = (index: number): Buffer | undefined => {
    const at = index * size
    const length = row.wide(at + (is64 ? 32 : 20))
    return index >= count || length > most.bytes ? undefined : elf.bytes(row.wide(at + (is64 ? 24 : 16)), length)
  }
  for (let index = 0; index < count; index += 1) {
    if (row.word(index * size + 4) !== dynamicSymbolTable) continue
    const symbols = section(index)
    const names = section(row.word(index * size + (is64 ? 40 : 24)))
    return symbols === undefined || names === undefined ? undefined : { symbols, names }
  }
  return undefined
}

function textAt(names: Buffer, at: number): string {
  const end = names.indexOf(0, at)
  return names.toString('latin1', at, end < 0 ? names.length : end)
}
