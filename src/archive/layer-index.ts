import type { Digest } from '../core/index.ts'
import { SlipwayError } from '../core/index.ts'
import type { EntryKind, LayerEntry } from './entry.ts'

/**
 * The entries of a layer as text, in the order given: a JSON array with one entry a line, so that line tools work on it and
 * one `JSON.parse` reads it. A line is `[path, kind letter, mode, uid, gid, size, mtime]` and, where there are any, a
 * record with linkname `l`, device `d`, attributes `x` (base64), opaque `o`, and the digest `s`. Equal entries have equal text.
 */
export function encodeIndex(entries: Iterable<LayerEntry>): string {
  const lines: string[] = []
  for (const entry of entries) lines.push(encodeLine(entry))
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`
}

/** The entries `encodeIndex` was given. Throws SlipwayError `store-unusable` for any other text. */
export function decodeIndex(text: string): LayerEntry[] {
  try {
    return (JSON.parse(text) as Line[]).map(decodeLine)
  } catch (cause) {
    throw new SlipwayError('store-unusable', 'the index of a stored layer is damaged', { cause })
  }
}

/** The entries at some paths only: a tenth of the work of decoding the whole text. Throws as `decodeIndex`. */
export function decodeIndexAt(text: string, paths: ReadonlySet<string>): LayerEntry[] {
  const lines = text.split('\n').filter((line) => line.startsWith('["') && paths.has(pathOfLine(line)))
  return decodeIndex(`[${lines.map((line) => (line.endsWith(',') ? line.slice(0, -1) : line)).join(',')}]`)
}

function pathOfLine(line: string): string {
  const end = line.indexOf('"', 2)
  const plain = line.slice(2, end)
  // An escaped character, perhaps a quote: rare enough to be read the long way.
  return plain.includes('\\') ? String((JSON.parse(line.replace(/,$/, '')) as Line)[0]) : plain
}

interface Extra {
  readonly l?: string
  readonly d?: readonly [number, number]
  readonly x?: Readonly<Record<string, string>>
  readonly o?: 1
  readonly s?: Digest
}

type Line = readonly [string, string, number, number, number, number, string, Extra?]

const letters: Readonly<Record<EntryKind, string>> = {
  file: 'f',
  dir: 'd',
  symlink: 'l',
  hardlink: 'h',
  char: 'c',
  block: 'b',
  fifo: 'p',
  whiteout: 'w',
}
const kindOf = new Map(Object.entries(letters).map(([kind, letter]) => [letter, kind as EntryKind]))

function encodeLine(entry: LayerEntry): string {
  const { path, kind, mode, uid, gid, size, mtime } = entry
  const plain = `[${JSON.stringify(path)},"${letters[kind]}",${mode},${uid},${gid},${size},"${mtime}"`
  const extra = encodeExtra(entry)
  return extra === '' ? `${plain}]` : `${plain},{${extra}}]`
}

/** The members of the record, as JSON; put together by hand because objects cost more than the rest of the line. */
function encodeExtra({ linkname, devMajor, devMinor, xattrs, opaque, digest }: LayerEntry): string {
  const members: string[] = []
  if (linkname !== undefined) members.push(`"l":${JSON.stringify(linkname)}`)
  if (devMajor !== undefined || devMinor !== undefined) members.push(`"d":[${devMajor ?? 0},${devMinor ?? 0}]`)
  if (xattrs !== undefined) members.push(`"x":${JSON.stringify(encodeXattrs(xattrs))}`)
  if (opaque === true) members.push('"o":1')
  if (digest !== undefined) members.push(`"s":"${digest}"`)
  return members.join(',')
}

function encodeXattrs(xattrs: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  const names = Object.keys(xattrs).sort()
  return Object.fromEntries(names.map((name) => [name, Buffer.from(xattrs[name] as Uint8Array).toString('base64')]))
}

function decodeLine(line: Line): LayerEntry {
  const [path, letter, mode, uid, gid, size, mtime, extra] = line
  const kind = kindOf.get(letter)
  if (kind === undefined || typeof path !== 'string' || typeof mtime !== 'string')
    throw new TypeError(`not an entry: ${String(line)}`)
  const entry = { path, kind, mode, uid, gid, size, mtime: BigInt(mtime) }
  return extra === undefined ? entry : Object.assign(entry, decodeExtra(extra))
}

function decodeExtra(extra: Extra): Partial<LayerEntry> {
  return {
    ...(extra.l === undefined ? {} : { linkname: extra.l }),
    ...(extra.d === undefined ? {} : { devMajor: extra.d[0], devMinor: extra.d[1] }),
    ...(extra.x === undefined ? {} : { xattrs: decodeXattrs(extra.x) }),
    ...(extra.o === undefined ? {} : { opaque: true }),
    ...(extra.s === undefined ? {} : { digest: extra.s }),
  }
}

function decodeXattrs(encoded: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(encoded).map(([name, value]) => [name, Uint8Array.from(Buffer.from(value, 'base64'))]),
  )
}
