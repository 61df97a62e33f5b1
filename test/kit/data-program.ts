/** Where the one segment of a program lies in its file. */
export interface DataSegment {
  readonly offset: number
  readonly length: number
}

/** A program for amd64 of `size` bytes with one segment, which is writable; its content is zeros. */
export function dataProgram(size: number, { offset, length }: DataSegment): Buffer {
  const file = Buffer.alloc(size)
  file.write('\x7fELF\x02\x01', 'latin1')
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(0x3e, 18)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(1, 56)
  file.writeUInt32LE(1, 64)
  file.writeUInt32LE(6, 68)
  file.writeBigUInt64LE(BigInt(offset), 72)
  file.writeBigUInt64LE(BigInt(length), 96)
  return file
}
