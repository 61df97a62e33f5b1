const magic = 'SQLite format 3\0'
const kinds = { interior: 5, leaf: 13 }
const headerSize = 100
const walHeaderSize = 32
const frameHeaderSize = 24

type Value = number | string | Buffer | null

/** The pages of a database, from one on, with those that a write-ahead log has in their place. */
interface Pages {
  /** Bytes of a page that hold data. */
  readonly usable: number
  page(number: number): Buffer | undefined
}

/**
 * The rows of one table of an SQLite database (https://www.sqlite.org/fileformat2.html), in the order of their keys; columns as
 * they were declared. Reads nothing but that table, and changes of the write-ahead log that were committed. Empty for other
 * files and for tables that are not there; what is damaged ends the list.
 */
export function sqliteRows(file: Buffer, table: string, wal: Buffer = Buffer.alloc(0)): readonly (readonly Value[])[] {
  if (file.toString('latin1', 0, 16) !== magic || file.length < headerSize) return []
  const pages = pagesOf(file, wal)
  const entry = rowsBelow(pages, 1).find(([type, name]) => type === 'table' && name === table)
  const root = entry?.[3]
  return typeof root === 'number' ? rowsBelow(pages, root) : []
}

function pagesOf(file: Buffer, wal: Buffer): Pages {
  const stated = file.readUInt16BE(16)
  const size = stated === 1 ? 65_536 : stated
  const changed = committedPages(wal, size)
  return {
    usable: size - (file[20] ?? 0),
    page: (number) => {
      const start = (number - 1) * size
      const page = changed.get(number) ?? file.subarray(start, start + size)
      return number >= 1 && page.length === size ? page : undefined
    },
  }
}

/** The newest version of each page up to the last commit; frames with other salts are left from before. */
function committedPages(wal: Buffer, size: number): ReadonlyMap<number, Buffer> {
  const committed = new Map<number, Buffer>()
  if (wal.length < walHeaderSize || wal.readUInt32BE(8) !== size) return committed
  const salts = wal.subarray(16, 24)
  let open = new Map<number, Buffer>()
  for (let at = walHeaderSize; at + frameHeaderSize + size <= wal.length; at += frameHeaderSize + size) {
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break
    const start = at + frameHeaderSize
    open.set(wal.readUInt32BE(at), wal.subarray(start, start + size))
    if (wal.readUInt32BE(at + 4) === 0) continue
    for (const [number, page] of open) committed.set(number, page)
    open = new Map()
  }
  return committed
}

/** A circle of pages would never end: each is read once. */
function rowsBelow(pages: Pages, root: number): readonly (readonly Value[])[] {
  const rows: (readonly Value[])[] = []
  const seen = new Set<number>()
  const visit = (number: number): void => {
    const page = seen.has(number) ? undefined : pages.page(number)
    if (page === undefined) return
    seen.add(number)
    const start = number === 1 ? headerSize : 0
    const kind = page[start]
    if (kind !== kinds.interior && kind !== kinds.leaf) return
    const cells = start + (kind === kinds.interior ? 12 : 8)
    const count = Math.min(page.readUInt16BE(start + 3), (page.length - cells) >> 1)
    for (let index = 0; index < count; index += 1) {
      const at = page.readUInt16BE(cells + index * 2)
      if (kind === kinds.interior && at + 4 <= page.length) visit(page.readUInt32BE(at))
      const payload = kind === kinds.leaf ? payloadAt(pages, page, at) : undefined
      if (payload !== undefined) rows.push(recordIn(payload))
    }
    if (kind === kinds.interior) visit(page.readUInt32BE(start + 8))
  }
  visit(root)
  return rows
}

/** The content of a row: its beginning lies in the page, the rest in a list of pages of its own. */
function payloadAt({ usable, page: pageOf }: Pages, page: Buffer, at: number): Buffer | undefined {
  const size = varint(page, at)
  const key = varint(page, size.end)
  const most = usable - 35
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((size.value - least) % (usable - 4))
  const local = size.value <= most ? size.value : fitting <= most ? fitting : least
  const parts = [page.subarray(key.end, key.end + local)]
  let missing = size.value - local
  let next = missing > 0 && key.end + local + 4 <= page.length ? page.readUInt32BE(key.end + local) : 0
  while (missing > 0) {
    const more = pageOf(next)
    if (more === undefined || parts.length * usable > size.value + 2 * usable) return undefined
    const part = more.subarray(4, Math.min(usable, 4 + missing))
    parts.push(part)
    missing -= part.length
    next = more.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

function recordIn(payload: Buffer): readonly Value[] {
  const header = varint(payload, 0)
  const values: Value[] = []
  let [at, start] = [header.end, header.value]
  while (at < Math.min(header.value, payload.length)) {
    const type = varint(payload, at)
    const { value, size } = valueOf(payload, type.value, start)
    values.push(value)
    at = type.end
    start += size
  }
  return values
}

const integerSizes = [0, 1, 2, 3, 4, 6, 8]

function valueOf(payload: Buffer, type: number, at: number): { readonly value: Value; readonly size: number } {
  if (type >= 12) {
    const size = (type - 12 - (type % 2)) / 2
    const bytes = payload.subarray(at, at + size)
    return { value: type % 2 === 0 ? bytes : bytes.toString('utf8'), size }
  }
  const size = integerSizes[type] ?? (type === 7 ? 8 : 0)
  if (type === 8 || type === 9) return { value: type - 8, size }
  if (size === 0 || size > 6 || at + size > payload.length) return { value: null, size }
  return { value: payload.readIntBE(at, size), size }
}

/** Seven bits a byte, most significant first, nine bytes at most; numbers of pages and sizes are never so long. */
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = start; at < start + 9; at += 1) {
    const byte = bytes[at] ?? 0
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, end: at + 1 }
  }
  return { value, end: start + 9 }
}
