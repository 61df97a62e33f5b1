/** A 64-bit program for amd64 of at least `size` bytes that has one section of this name, which is not loaded. */
export function elfWithSection(name: string, content: Uint8Array, size = 0): Buffer {
  const names = Buffer.from(`\0${name}\0.shstrtab\0`)
  const padding = Math.max(64, size - content.length - names.length - 3 * 64)
  const table = padding + content.length + names.length
  const file = Buffer.alloc(table + 3 * 64)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(0x3e, 18)
  file.writeBigUInt64LE(BigInt(table), 40)
  file.writeUInt16LE(64, 58)
  file.writeUInt16LE(3, 60)
  file.writeUInt16LE(2, 62)
  file.set(content, padding)
  file.set(names, padding + content.length)
  const sections = [
    { index: 1, nameAt: 1, type: 1, offset: padding, length: content.length },
    { index: 2, nameAt: name.length + 2, type: 3, offset: padding + content.length, length: names.length },
  ]
  for (const { index, nameAt, type, offset, length } of sections) {
    const at = table + index * 64
    file.writeUInt32LE(nameAt, at)
    file.writeUInt32LE(type, at + 4)
    file.writeBigUInt64LE(BigInt(offset), at + 24)
    file.writeBigUInt64LE(BigInt(length), at + 32)
  }
  return file
}
