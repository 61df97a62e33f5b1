/**
 * Decodes an LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), the form in which apt keeps its lists.
 * Checksums are skipped: a list that is damaged gives wrong names at worst. Undefined for anything that is no such frame.
 */
export function decodeLz4(bytes: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < 7 || file.readUInt32LE(0) !== 0x184d2204) return undefined
  const flags = file[4] as number
  const blockChecksum = (flags & 0x10) !== 0
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4)
  const output = createOutput(file.length * 5)
  while (at + 4 <= file.length) {
    const header = file.readUInt32LE(at)
    const size = header & 0x7fffffff
    at += 4
    if (size === 0) break
    if (at + size > file.length) return undefined
    const block = file.subarray(at, at + size)
    if (header >>> 31 === 1) append(output, block)
    else if (!decodeBlock(block, output)) return undefined
    at += size + (blockChecksum ? 4 : 0)
  }
  return output.bytes.subarray(0, output.length)
}

interface Output {
  bytes: Buffer
  length: number
}

function createOutput(size: number): Output {
  return { bytes: Buffer.allocUnsafe(Math.max(size, 1 << 16)), length: 0 }
}

function reserve(output: Output, more: number): void {
  const needed = output.length + more
  if (needed <= output.bytes.length) return
  const larger = Buffer.allocUnsafe(Math.max(needed, output.bytes.length * 2))
  output.bytes.copy(larger, 0, 0, output.length)
  output.bytes = larger
}

function append(output: Output, piece: Buffer): void {
  reserve(output, piece.length)
  piece.copy(output.bytes, output.length)
  output.length += piece.length
}

/** Sequences of literals and matches; false when the block is damaged. */
function decodeBlock(block: Buffer, output: Output): boolean {
  let at = 0
  const extended = (start: number): number => {
    let length = start
    if (start !== 15) return length
    let byte = 255
    while (byte === 255 && at < block.length) {
      byte = block[at] as number
      at += 1
      length += byte
    }
    return length
  }
  while (at < block.length) {
    const token = block[at] as number
    at += 1
    const literals = extended(token >> 4)
    if (at + literals > block.length) return false
    append(output, block.subarray(at, at + literals))
    at += literals
    if (at >= block.length) break
    if (at + 2 > block.length) return false
    const offset = block.readUInt16LE(at)
    at += 2
    if (!copyMatch(output, offset, extended(token & 15) + 4)) return false
  }
  return true
}

/** A match may overlap what it writes, which repeats it. */
function copyMatch(output: Output, offset: number, length: number): boolean {
  if (offset === 0 || offset > output.length) return false
  reserve(output, length)
  const { bytes } = output
  const from = output.length - offset
  if (offset >= length) bytes.copy(bytes, output.length, from, from + length)
  else for (let index = 0; index < length; index += 1) bytes[output.length + index] = bytes[from + index] as number
  output.length += length
  return true
}
