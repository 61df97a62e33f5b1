import { badArchive } from './bad-archive.ts'

const blockSize = 512

/** The raw fields of a header block, before PAX and GNU extensions are applied. */
export interface RawHeader {
  /** The type flag as a character; `'0'` also for the NUL that old archives use. */
  readonly type: string
  readonly name: Buffer
  readonly linkname: Buffer
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Seconds since the epoch. */
  readonly mtime: number
  readonly devMajor: number
  readonly devMinor: number
}

/** Decodes a header block; undefined for a block of zeros. `offset` is where the block stands, for errors. */
export function decodeHeaderBlock(block: Buffer, offset: number): RawHeader | undefined {
  if (block[0] === 0 && isZero(block)) return undefined
  checkSum(block, offset)
  const magic = block.toString('latin1', 257, 265)
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] as number)
  const ustar = magic.startsWith('ustar\0')
  const known = ustar || magic === 'ustar  \0'
  const hasDevice = known && (type === '3' || type === '4')
  const prefix = ustar ? textField(block, 345, 155) : undefined
  const name = textField(block, 0, 100)
  return {
    type,
    name: prefix !== undefined && prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    linkname: textField(block, 157, 100),
    mode: numberField(block, 100, 8, offset),
    uid: numberField(block, 108, 8, offset),
    gid: numberField(block, 116, 8, offset),
    size: numberField(block, 124, 12, offset),
    mtime: numberField(block, 136, 12, offset),
    devMajor: hasDevice ? numberField(block, 329, 8, offset) : 0,
    devMinor: hasDevice ? numberField(block, 337, 8, offset) : 0,
  }
}

/** Whether bytes begin with a tar header: one whose sum is right. What it says may still make no sense. */
export function isTarHeader(head: Uint8Array): boolean {
  if (head.length < blockSize) return false
  try {
    return decodeHeaderBlock(Buffer.from(head.buffer, head.byteOffset, blockSize), 0) !== undefined
  } catch {
    return false
  }
}

/** An octal field padded with spaces or NULs, or GNU's base-256 form (high bit set, two's complement). */
export function numberField(block: Buffer, at: number, width: number, offset: number): number {
  const first = block[at] as number
  if ((first & 0x80) !== 0) return base256(block, at, width, offset)
  const end = at + width
  let next = at
  while (next < end && isPadding(block[next])) next += 1
  let value = 0
  for (; next < end && !isPadding(block[next]); next += 1) {
    const digit = (block[next] as number) - 0x30
    if (digit < 0 || digit > 7) throw badArchive('a number of a header is not octal', offset + at)
    value = value * 8 + digit
  }
  return value
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0
}

function base256(block: Buffer, at: number, width: number, offset: number): number {
  const negative = ((block[at] as number) & 0x40) !== 0
  let value = negative ? -1n : 0n
  for (let index = 0; index < width; index += 1) {
    const byte = block[at + index] as number
    value = (value << 8n) | BigInt(index === 0 ? (negative ? byte : byte & 0x7f) : byte)
  }
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw badArchive('a number of a header is too large', offset + at)
  return number
}

const noText = Buffer.alloc(0)

function textField(block: Buffer, at: number, width: number): Buffer {
  if (block[at] === 0) return noText
  const end = block.indexOf(0, at)
  return Buffer.from(block.subarray(at, end < 0 ? at + width : Math.min(end, at + width)))
}

function isZero(block: Buffer): boolean {
  for (let at = 0; at < block.length; at += 1) if (block[at] !== 0) return false
  return true
}

/** Accepts the sum over unsigned bytes and, as old tars wrote it, over signed ones. */
function checkSum(block: Buffer, offset: number): void {
  let unsigned = 8 * 32
  let signed = unsigned
  for (let at = 0; at < blockSize; at += 1) {
    if (at >= 148 && at < 156) continue
    const byte = block[at] as number
    unsigned += byte
    signed += byte < 128 ? byte : byte - 256
  }
  const stated = numberField(block, 148, 8, offset)
  if (stated !== unsigned && stated !== signed) throw badArchive('the checksum of a header is wrong', offset)
}
