import type { PackageFacts } from './package.ts'
import { readRpmHeader } from './rpm-header.ts'
import { sqliteRows } from './sqlite-table.ts'

/** Where the databases of rpm are: one of SQLite, one of SUSE's own format, or one of Berkeley DB. */
export const rpmDatabase =
  /^(var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\/(Packages|Packages\.db|rpmdb\.sqlite)$/

/** The packages of a database of rpm in any of its three formats; undefined for anything else. */
export function readRpmDatabase(file: Buffer, wal?: Buffer): readonly PackageFacts[] | undefined {
  const headers = headersIn(file, wal)
  return headers?.flatMap((header) => readRpmHeader(header) ?? [])
}

function headersIn(file: Buffer, wal: Buffer | undefined): readonly Buffer[] | undefined {
  if (file.toString('latin1', 0, 15) === 'SQLite format 3')
    return sqliteRows(file, 'Packages', wal).flatMap((row) => row.filter((value) => Buffer.isBuffer(value)))
  if (file.toString('latin1', 0, 4) === 'RpmP') return ndbBlobs(file)
  if (file.length < 512) return undefined
  const isLittle = file.readUInt32LE(12) === hashMagic
  return isLittle || file.readUInt32BE(12) === hashMagic ? hashValues(file, isLittle) : undefined
}

/** Unit of places and lengths of the format that SUSE uses. */
const block = 16
const slotPage = 4096

/** Slots of 16 bytes, the first two of which are the header, point to blobs with a head of 16 bytes. */
function ndbBlobs(file: Buffer): readonly Buffer[] {
  if (file.length < 2 * block) return []
  const end = Math.min(file.readUInt32LE(12) * slotPage, file.length)
  const blobs: Buffer[] = []
  for (let at = 2 * block; at + block <= end; at += block) {
    if (file.toString('latin1', at, at + 4) !== 'Slot' || file.readUInt32LE(at + 4) === 0) continue
    const start = file.readUInt32LE(at + 8) * block
    if (start + block > file.length || file.toString('latin1', start, start + 4) !== 'BlbS') continue
    blobs.push(file.subarray(start + block, start + block + file.readUInt32LE(start + 12)))
  }
  return blobs
}

/** Says that a file of Berkeley DB is a hash table, in the byte order of the machine that wrote it. */
const hashMagic = 0x061561
const pageHead = 26
const pageKinds = { unsorted: 2, hash: 13 }
const itemKinds = { here: 1, elsewhere: 3 }

/** The values of a hash table of Berkeley DB: pages with pairs of keys and values, long values in lists of other pages. */
function hashValues(file: Buffer, isLittle: boolean): readonly Buffer[] {
  const word = (at: number): number => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const half = (at: number): number => (isLittle ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const size = word(20)
  if (size < 512 || size > 65_536) return []
  const longValue = (first: number, length: number): Buffer => {
    const parts: Buffer[] = []
    let missing = length
    for (let page = first; missing > 0 && page > 0 && (page + 1) * size <= file.length; page = word(page * size + 16)) {
      const used = half(page * size + 22)
      if (used === 0) break
      parts.push(file.subarray(page * size + pageHead, page * size + pageHead + Math.min(used, missing)))
      missing -= used
    }
    return Buffer.concat(parts)
  }
  const values: Buffer[] = []
  for (let start = size; start + size <= file.length; start += size) {
    const kind = file[start + 25]
    if (kind !== pageKinds.unsorted && kind !== pageKinds.hash) continue
    const places = Array.from({ length: Math.min(half(start + 20), (size - pageHead) >> 1) }, (_, index) =>
      half(start + pageHead + index * 2),
    )
    // Items are laid down from the end of the page: each ends where the one before begins.
    for (let index = 1; index < places.length; index += 2) {
      const [at, end] = [places[index] ?? 0, places[index - 1] ?? 0]
      if (at < pageHead || at + 12 > size) continue
      if (file[start + at] === itemKinds.elsewhere) values.push(longValue(word(start + at + 4), word(start + at + 8)))
      else if (file[start + at] === itemKinds.here) values.push(file.subarray(start + at + 1, start + end))
    }
  }
  return values
}
