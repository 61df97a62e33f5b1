import { pathToBytes, SlipwayError } from '../core/index.ts'
import type { LayerEntry } from './entry.ts'
import { baseOf, joinPath, parentOf } from './path-order.ts'
import { encodePaxRecords, xattrPrefix } from './pax.ts'
import { opaqueMarker, whiteoutPrefix } from './whiteout.ts'

export const blockSize = 512

/** The two zero blocks that end an archive. */
export const endOfArchive: Uint8Array = new Uint8Array(2 * blockSize)

/** Zero bytes that follow `size` bytes of content up to the next block. */
export function tarPadding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize
}

/**
 * The header blocks of an entry; the content and its padding follow for files. A value that ustar cannot carry goes into a
 * PAX extended header (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), laid out as Go's archive/tar
 * does: records sorted by key, `PaxHeaders.0` in the name, user and group names empty. A whiteout becomes `.wh.NAME`; an
 * opaque directory is followed by its marker. Throws SlipwayError when a value has no exact form; nothing is ever clamped.
 */
export function encodeTarHeader(entry: LayerEntry): Uint8Array {
  const own = encodeOne(entry, storedName(entry))
  if (entry.opaque !== true) return own
  const marker: LayerEntry = { path: '', kind: 'file', mode: 0, uid: 0, gid: 0, size: 0, mtime: entry.mtime }
  return Buffer.concat([own, encodeOne(marker, joinPath(entry.path, opaqueMarker))])
}

/**
 * Writes the header of an entry into a buffer from byte `at` on and gives its length, as long as it is a common one and the
 * buffer has room for the longest of them; else undefined, and `encodeTarHeader` has to be asked. Bytes after it may be lost.
 */
export function writeTarHeader(buffer: Buffer, at: number, entry: LayerEntry): number | undefined {
  if (buffer.length - at < 3 * blockSize || !isCommon(entry)) return undefined
  buffer.fill(0, at, at + 3 * blockSize)
  return writeCommon(buffer, at, entry)
}

/** Bytes that an entry takes in an archive: headers, content and padding. */
export function tarSize(entry: LayerEntry): number {
  const content = entry.kind === 'file' ? entry.size + tarPadding(entry.size) : 0
  return headerSize(entry) + content
}

function headerSize(entry: LayerEntry): number {
  if (!isCommon(entry)) return encodeTarHeader(entry).length
  return entry.mtime % billion === 0n ? blockSize : 3 * blockSize
}

interface Fields {
  readonly name: Buffer
  readonly linkname: Buffer
  readonly entry: LayerEntry
  readonly records: Map<string, Uint8Array>
}

const typeFlags: Readonly<Record<LayerEntry['kind'], string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  char: '3',
  block: '4',
  dir: '5',
  fifo: '6',
  whiteout: '0',
}

const maxOctal7 = 0o7777777
const maxOctal11 = 0o77777777777
const billion = 1_000_000_000n

function storedName(entry: LayerEntry): string {
  if (entry.path === '') {
    if (entry.kind !== 'dir') throw unrepresentable(entry, 'the root is not a directory')
    return './'
  }
  if (entry.kind === 'dir') return `${entry.path}/`
  if (entry.kind === 'whiteout') return joinPath(parentOf(entry.path) ?? '', whiteoutPrefix + baseOf(entry.path))
  return entry.path
}

function encodeOne(entry: LayerEntry, path: string): Buffer {
  if (isCommon(entry)) {
    const all = zeroed(headerSize(entry))
    writeCommon(all, 0, entry)
    return all
  }
  const fields: Fields = {
    entry,
    name: pathToBytes(path),
    linkname: pathToBytes(entry.kind === 'symlink' || entry.kind === 'hardlink' ? (entry.linkname ?? '') : ''),
    records: new Map(),
  }
  checkRanges(fields)
  collectRecords(fields)
  const ustar = ustarBlock(fields)
  if (fields.records.size === 0) return ustar
  const body = encodePaxRecords(fields.records)
  const all = zeroed(2 * blockSize + body.length + tarPadding(body.length))
  paxBlock(path, body.length).copy(all)
  body.copy(all, blockSize)
  ustar.copy(all, all.length - blockSize)
  return all
}

/**
 * The same bytes for what nearly all entries are: a file or directory with a short name of ASCII and a time, in half the time.
 * `all` holds zeros where they go. Gives how many there are.
 */
function writeCommon(all: Buffer, start: number, entry: LayerEntry): number {
  const { path, kind, mode, uid, gid, size, mtime } = entry
  const isDirectory = kind === 'dir'
  const seconds = Number(mtime / billion)
  const nanoseconds = Number(mtime - BigInt(seconds) * billion)
  const before = nanoseconds === 0 ? 0 : 2 * blockSize
  if (before > 0) writeTimeRecord(all, start, { path, isDirectory, seconds, nanoseconds })
  const at = start + before
  const end = at + all.write(path, at, 'latin1')
  if (isDirectory) all[end] = 0x2f
  writeOctal(all, at + 100, 8, mode)
  writeOctal(all, at + 108, 8, uid)
  writeOctal(all, at + 116, 8, gid)
  writeOctal(all, at + 124, 12, size)
  writeOctal(all, at + 136, 12, seconds)
  finishCommon(all, at, isDirectory ? '5' : '0')
  return before + blockSize
}

function isCommon(entry: LayerEntry): boolean {
  const { path, kind, mode, uid, gid, size, mtime } = entry
  if ((kind !== 'dir' && kind !== 'file') || !commonPath.test(path) || entry.xattrs !== undefined) return false
  if (entry.devMajor !== undefined || entry.devMinor !== undefined || entry.opaque === true) return false
  if (!upTo(mode, 0o7777) || !upTo(uid, maxOctal7) || !upTo(gid, maxOctal7)) return false
  return upTo(size, kind === 'dir' ? 0 : maxOctal11) && mtime >= 0n && mtime < commonTimes
}

/** With `PaxHeaders.0` and a slash in it the name is not longer than its field. */
const commonPath = /^(?!\.(\/|$))[!-~][ -~]{0,79}$/

/** The year 2242: later seconds do not fit the field. */
const commonTimes = BigInt(maxOctal11 + 1) * billion

function upTo(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most
}

interface TimeRecord {
  readonly path: string
  readonly isDirectory: boolean
  readonly seconds: number
  readonly nanoseconds: number
}

/** A PAX header that holds the time alone: two blocks. */
function writeTimeRecord(all: Buffer, start: number, { path, isDirectory, seconds, nanoseconds }: TimeRecord): void {
  const slash = isDirectory ? path.length : path.lastIndexOf('/')
  const name = isDirectory ? `${path}/PaxHeaders.0` : `${path.slice(0, slash + 1)}PaxHeaders.0/${path.slice(slash + 1)}`
  all.write(name, start, 'latin1')
  const fraction = String(nanoseconds).padStart(9, '0').replace(/0+$/, '')
  // Two digits of the length, a blank, `mtime=`, the point and the line's end.
  const length = 2 + 8 + String(seconds).length + fraction.length + 1
  all.write(`${length} mtime=${seconds}.${fraction}\n`, start + blockSize, 'latin1')
  all.fill(0x30, start + 100, start + 147)
  for (const end of [107, 115, 123, 135]) all[start + end] = 0
  writeOctal(all, start + 124, 12, length)
  finishCommon(all, start, 'x')
}

/** What all headers have in common, and the sum: that of the bytes that differ and of those that do not. */
function finishCommon(all: Buffer, at: number, typeFlag: string): void {
  all[at + 156] = typeFlag.charCodeAt(0)
  ustarMagic.copy(all, at + 257)
  all.fill(0x30, at + 329, at + 336).fill(0x30, at + 337, at + 344)
  let sum = sumOfConstants + typeFlag.charCodeAt(0)
  for (let byte = at; byte < at + 148; byte += 1) sum += all[byte] as number
  writeOctal(all, at + 148, 7, sum)
  all[at + 155] = 0x20
}

/** From Node's pool of memory: a buffer of its own, as `Buffer.alloc` gives, costs 1.5 us more. */
function zeroed(size: number): Buffer {
  return Buffer.allocUnsafe(size).fill(0)
}

function checkRanges({ entry, linkname }: Fields): void {
  if (entry.path.includes('\0') || linkname.includes(0)) throw unrepresentable(entry, 'a name contains a NUL byte')
  const isLink = entry.kind === 'symlink' || entry.kind === 'hardlink'
  if (isLink && linkname.length === 0) throw unrepresentable(entry, 'the link has no target')
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 0
  if (!whole(entry.mode) || entry.mode > 0o7777) throw unrepresentable(entry, `mode ${entry.mode}`)
  if (!whole(entry.uid)) throw unrepresentable(entry, `user id ${entry.uid}`)
  if (!whole(entry.gid)) throw unrepresentable(entry, `group id ${entry.gid}`)
  if (!whole(entry.size)) throw unrepresentable(entry, `size ${entry.size}`)
  if (entry.kind !== 'file' && entry.size !== 0) throw unrepresentable(entry, `content in a ${entry.kind}`)
  for (const number of [entry.devMajor ?? 0, entry.devMinor ?? 0]) {
    if (!whole(number) || number > maxOctal7) throw unrepresentable(entry, `device number ${number}`)
  }
}

function collectRecords({ entry, name, linkname, records }: Fields): void {
  if (!isAscii(name) || splitName(name) === undefined) records.set('path', name)
  if (!isAscii(linkname) || linkname.length > 100) records.set('linkpath', linkname)
  if (entry.uid > maxOctal7) records.set('uid', Buffer.from(String(entry.uid)))
  if (entry.gid > maxOctal7) records.set('gid', Buffer.from(String(entry.gid)))
  if (entry.size > maxOctal11) records.set('size', Buffer.from(String(entry.size)))
  if (!plainTime(entry.mtime)) records.set('mtime', Buffer.from(formatPaxTime(entry.mtime)))
  for (const [key, value] of Object.entries(entry.xattrs ?? {})) {
    if (key === '' || key.includes('=') || key.includes('\0'))
      throw unrepresentable(entry, `attribute name ${JSON.stringify(key)}`)
    records.set(xattrPrefix + key, value)
  }
}

function plainTime(mtime: bigint): boolean {
  return mtime >= 0n && mtime % billion === 0n && mtime / billion <= BigInt(maxOctal11)
}

/** Seconds with as many digits of a fraction as needed, as Go writes it: `-1.5` is one and a half seconds before 1970. */
function formatPaxTime(mtime: bigint): string {
  const magnitude = mtime < 0n ? -mtime : mtime
  const fraction = (magnitude % billion).toString().padStart(9, '0').replace(/0+$/, '')
  return `${mtime < 0n ? '-' : ''}${magnitude / billion}${fraction === '' ? '' : `.${fraction}`}`
}

function ustarBlock({ entry, name, linkname, records }: Fields): Buffer {
  const block = zeroed(blockSize)
  const long = records.has('path')
  const [prefix, rest] = long ? [0, 0] : (splitName(name) ?? [0, 0])
  if (long) asciiPart(name).copy(block, 0, 0, 100)
  else name.copy(block, 0, rest)
  if (records.has('linkpath')) asciiPart(linkname).copy(block, 157, 0, 100)
  else linkname.copy(block, 157)
  name.copy(block, 345, 0, prefix)
  writeOctal(block, 100, 8, entry.mode)
  writeOctal(block, 108, 8, records.has('uid') ? 0 : entry.uid)
  writeOctal(block, 116, 8, records.has('gid') ? 0 : entry.gid)
  writeOctal(block, 124, 12, records.has('size') ? 0 : entry.size)
  writeOctal(block, 136, 12, plainTime(entry.mtime) ? Number(entry.mtime / billion) : wholeSeconds(entry.mtime))
  writeOctal(block, 329, 8, entry.devMajor ?? 0)
  writeOctal(block, 337, 8, entry.devMinor ?? 0)
  return seal(block, typeFlags[entry.kind])
}

/** What readers that ignore PAX should see: the second in which the time lies, 0 where the field cannot hold it. */
function wholeSeconds(mtime: bigint): number {
  return mtime < 0n || mtime / billion > BigInt(maxOctal11) ? 0 : Number(mtime / billion)
}

function paxBlock(path: string, size: number): Buffer {
  const block = zeroed(blockSize)
  const slash = path.lastIndexOf('/')
  const directory = path.slice(0, slash + 1).replace(/^\.\//, '')
  const name = asciiPart(pathToBytes(`${directory}PaxHeaders.0/${path.slice(slash + 1)}`)).subarray(0, 100)
  block.write(name.toString('latin1').replace(/\/+$/, ''), 0, 'latin1')
  for (const [at, width] of zeroFields) block.write('0'.repeat(width - 1), at, 'latin1')
  writeOctal(block, 124, 12, size)
  return seal(block, 'x')
}

/** Place and width of the numbers that say nothing about a PAX header. */
const zeroFields = [
  [100, 8],
  [108, 8],
  [116, 8],
  [136, 12],
  [329, 8],
  [337, 8],
] as const

const ustarMagic = Buffer.from('ustar\x0000', 'latin1')

/** The magic, the device numbers, and the blanks that stand for the sum while it is made. */
const sumOfConstants = ustarMagic.reduce((sum, byte) => sum + byte, 0) + 14 * 0x30 + 8 * 0x20

function seal(block: Buffer, typeFlag: string): Buffer {
  block.write(typeFlag, 156, 'latin1')
  ustarMagic.copy(block, 257)
  block.fill(0x20, 148, 156)
  let sum = 0
  for (let at = 0; at < blockSize; at += 1) sum += block[at] as number
  writeOctal(block, 148, 7, sum)
  block[154] = 0
  return block
}

/** Zero-padded octal digits and a NUL, which the fresh block already has. Digit by digit: headers are made by the 10,000. */
function writeOctal(block: Buffer, at: number, width: number, value: number): void {
  let rest = value
  for (let digit = at + width - 2; digit >= at; digit -= 1) {
    const higher = Math.floor(rest / 8)
    block[digit] = 0x30 + rest - higher * 8
    rest = higher
  }
}

/** `[length of the prefix, start of the rest]` for a name that fits the ustar fields, undefined for one that does not. */
function splitName(name: Buffer): [number, number] | undefined {
  if (name.length <= 100) return [0, 0]
  if (name.length > 256) return undefined
  const end = name[name.length - 1] === 0x2f ? name.length - 1 : name.length
  const slash = name.lastIndexOf(0x2f, Math.min(155, end - 1))
  if (slash <= 0 || name.length - slash - 1 > 100) return undefined
  return [slash, slash + 1]
}

function isAscii(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] as number) >= 0x80) return false
  return true
}

function asciiPart(bytes: Buffer): Buffer {
  return isAscii(bytes) ? bytes : Buffer.from(bytes.filter((byte) => byte < 0x80))
}

function unrepresentable(entry: LayerEntry, what: string): SlipwayError {
  return new SlipwayError('unsupported', `/${entry.path}: a tar archive cannot hold it: ${what}`)
}
