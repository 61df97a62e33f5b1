/** Bytes of the sections that strip removes. */
export interface Symbols {
  readonly symbols: number
  readonly names?: number
  readonly debug?: number
}

/**
 * The head of a 64-bit program for amd64: its header, its table of sections and their names, without the sections themselves.
 * What they hold would follow.
 */
export function elfWithSymbols({ symbols, names = 0, debug = 0 }: Symbols): Uint8Array {
  const texts = '\0.text\0.symtab\0.strtab\0.debug_info\0.shstrtab\0'
  const sections = [
    { name: '', type: 0 },
    { name: '.text', type: 1, flags: 6, size: 5000 },
    ...(symbols === 0 ? [] : [{ name: '.symtab', type: 2, size: symbols, link: 3 }]),
    ...(symbols === 0 ? [] : [{ name: '.strtab', type: 3, size: names }]),
    ...(debug === 0 ? [] : [{ name: '.debug_info', type: 1, size: debug }]),
    { name: '.shstrtab', type: 3, size: texts.length, offset: 64 },
  ]
  const start = 64 + texts.length
  const file = Buffer.alloc(start + sections.length * 64)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(0x3e, 18)
  file.writeBigUInt64LE(BigInt(start), 40)
  file.writeUInt16LE(64, 58)
  file.writeUInt16LE(sections.length, 60)
  file.writeUInt16LE(sections.length - 1, 62)
  file.write(texts, 64, 'latin1')
  sections.forEach(({ name, type, flags = 0, size = 0, link = 0, offset = 0 }: Section, index) => {
    const at = start + index * 64
    file.writeUInt32LE(name === '' ? 0 : texts.indexOf(`\0${name}\0`) + 1, at)
    file.writeUInt32LE(type, at + 4)
    file.writeBigUInt64LE(BigInt(flags), at + 8)
    file.writeBigUInt64LE(BigInt(offset), at + 24)
    file.writeBigUInt64LE(BigInt(size), at + 32)
    file.writeUInt32LE(link, at + 40)
  })
  return file
}

interface Section {
  readonly name: string
  readonly type: number
  readonly flags?: number
  readonly size?: number
  readonly link?: number
  readonly offset?: number
}
