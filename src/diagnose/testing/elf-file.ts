/** A 64-bit little-endian ELF program of a machine, with nothing but the header of its loader. */
export function elfFile(machine: number, loader?: string): Uint8Array {
  const file = Buffer.alloc(64 + 56 + 64)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(machine, 18)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(56, 54)
  if (loader === undefined) return file
  file.writeUInt16LE(1, 56)
  file.writeUInt32LE(3, 64)
  file.writeBigUInt64LE(120n, 64 + 8)
  file.writeBigUInt64LE(BigInt(loader.length + 1), 64 + 32)
  file.write(loader, 120, 'latin1')
  return file
}
