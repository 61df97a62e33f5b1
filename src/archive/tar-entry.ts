import { pathFromBytes } from '../core/index.ts'
import { badArchive } from './bad-archive.ts'
import type { EntryKind, LayerEntry } from './entry.ts'
import { joinPath } from './path-order.ts'
import { xattrPrefix } from './pax.ts'
import { decimal, type SparseRun, sparseRunsOf } from './sparse.ts'
import type { RawHeader } from './tar-header.ts'
import { isImageXattr, metadataPrefix, opaqueMarker, whiteoutPrefix } from './whiteout.ts'

/** Everything the extension headers before an entry said about it. */
export interface Extensions {
  readonly records: readonly (readonly [key: string, value: Buffer])[]
  readonly longName?: Buffer
  readonly longLink?: Buffer
}

/** A header with its extensions applied. `stored` counts the bytes that follow in the archive. */
export interface Member {
  readonly entry: LayerEntry
  readonly stored: number
  readonly sparse?: { readonly runs?: readonly SparseRun[] }
}

/** PATH_MAX. Also keeps what walks paths by component from running deep. */
const maxPath = 4096

const kinds: Readonly<Record<string, EntryKind>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  '6': 'fifo',
  '7': 'file',
  D: 'dir',
  S: 'file',
}

const noRecords: ReadonlyMap<string, Buffer> = new Map()

/** Applies the extensions. Values win in the order last record, GNU long name, header, as GNU tar and Go read them. */
export function resolveMember(header: RawHeader, extensions: Extensions, offset: number): Member {
  // An empty value takes a record back (POSIX), but an extended attribute may well be empty.
  const records =
    extensions.records.length === 0
      ? noRecords
      : new Map(extensions.records.filter(([key, value]) => value.length > 0 || key.startsWith(xattrPrefix)))
  const nameBytes = records.get('GNU.sparse.name') ?? records.get('path') ?? extensions.longName ?? header.name
  const linkBytes = records.get('linkpath') ?? extensions.longLink ?? header.linkname
  const number = (key: string, plain: number) => {
    const text = records.get(key)
    return text === undefined ? plain : decimal(text.toString('latin1'), offset)
  }
  const slashed = nameBytes[nameBytes.length - 1] === 0x2f
  const kind = kinds[header.type] === 'file' && slashed ? 'dir' : kinds[header.type]
  if (kind === undefined) throw badArchive(`unknown type '${header.type}' of ${pathFromBytes(nameBytes)}`, offset)
  const stored = number('size', header.size)
  const sparse = kind === 'file' ? paxSparse(records, extensions, offset) : undefined
  const xattrs = xattrsOf(records)
  const isDevice = kind === 'char' || kind === 'block'
  const entry: LayerEntry = {
    path: normalisePath(pathFromBytes(nameBytes), offset),
    kind,
    mode: header.mode & 0o7777,
    uid: number('uid', header.uid),
    gid: number('gid', header.gid),
    size: kind === 'file' ? (sparse?.size ?? stored) : 0,
    mtime: timeOf(records.get('mtime'), header.mtime, offset),
    ...(kind === 'symlink' ? { linkname: symlinkTarget(linkBytes, offset) } : {}),
    ...(kind === 'hardlink' ? { linkname: normalisePath(pathFromBytes(linkBytes), offset) } : {}),
    ...(isDevice ? { devMajor: header.devMajor, devMinor: header.devMinor } : {}),
    ...(xattrs === undefined ? {} : { xattrs }),
  }
  checkMember(entry, stored, offset)
  // Links with a size have no content in practice (Go and GNU tar agree); a GNU dump directory has.
  const follows = kind === 'file' || header.type === 'D' ? stored : 0
  return { entry, stored: follows, ...(sparse === undefined ? {} : { sparse: sparse.map }) }
}

/**
 * The path relative to the root: leading slashes, empty and `.` components dropped, `..` resolved by name. Throws when it
 * climbs above the root or holds a NUL byte.
 */
function normalisePath(path: string, offset: number): string {
  if (path.includes('\0')) throw badArchive('a path contains a NUL byte', offset)
  if (path.length > maxPath) throw badArchive('a path is longer than Linux allows', offset)
  if (isPlain(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) throw badArchive(`the path ${path} leaves the archive`, offset)
  }
  return parts.join('/')
}

/** Whether there is nothing to be dropped or resolved; asked of every path, so cheap for those without odd places. */
function isPlain(path: string): boolean {
  if (!path.startsWith('/') && !path.endsWith('/') && !path.includes('//') && !path.includes('.')) return path !== ''
  return !/(^|\/)(\.{0,2})(\/|$)/.test(path)
}

export type Marked =
  | { readonly kind: 'entry'; readonly entry: LayerEntry }
  | { readonly kind: 'opaque'; readonly path: string }
  | { readonly kind: 'skip' }

/** Some old tars begin with a file without a name. Docker and GNU tar pass over it, and so do we. */
export function isNameless(entry: LayerEntry): boolean {
  return entry.path === '' && entry.kind !== 'dir'
}

/** Reads whiteout names: `.wh.NAME` as a whiteout of NAME, `.wh..wh..opq` as a mark on its directory. */
export function mapWhiteout(entry: LayerEntry, offset: number): Marked {
  if (isNameless(entry)) return { kind: 'skip' }
  if (!entry.path.includes(whiteoutPrefix)) return { kind: 'entry', entry }
  const slash = entry.path.lastIndexOf('/')
  const directory = slash < 0 ? '' : entry.path.slice(0, slash)
  const name = entry.path.slice(slash + 1)
  if (directory.startsWith(metadataPrefix) || directory.includes(`/${metadataPrefix}`)) return { kind: 'skip' }
  if (!name.startsWith(whiteoutPrefix)) return { kind: 'entry', entry }
  if (name === opaqueMarker) return { kind: 'opaque', path: directory }
  if (name.startsWith(metadataPrefix)) return { kind: 'skip' }
  const hidden = name.slice(whiteoutPrefix.length)
  if (hidden === '' || hidden === '.' || hidden === '..')
    throw badArchive(`the whiteout ${entry.path} names nothing`, offset)
  const { uid, gid, mtime } = entry
  return {
    kind: 'entry',
    entry: { path: joinPath(directory, hidden), kind: 'whiteout', mode: 0, uid, gid, size: 0, mtime },
  }
}

function checkMember(entry: LayerEntry, stored: number, offset: number): void {
  if (stored < 0) throw badArchive(`the size of ${entry.path} is negative`, offset)
  if (entry.uid < 0 || entry.gid < 0) throw badArchive(`the owner of ${entry.path} is negative`, offset)
  if ((entry.devMajor ?? 0) < 0 || (entry.devMinor ?? 0) < 0)
    throw badArchive(`the device number of ${entry.path} is negative`, offset)
}

function symlinkTarget(bytes: Buffer, offset: number): string {
  if (bytes.length === 0 || bytes.includes(0)) throw badArchive('a symbolic link has no usable target', offset)
  return pathFromBytes(bytes)
}

function paxSparse(
  records: ReadonlyMap<string, Buffer>,
  extensions: Extensions,
  offset: number,
): { readonly size: number; readonly map: { readonly runs?: readonly SparseRun[] } } | undefined {
  const text = (key: string) => records.get(key)?.toString('latin1')
  if (text('GNU.sparse.major') === '1' && text('GNU.sparse.minor') === '0') {
    return { size: decimal(text('GNU.sparse.realsize') ?? '', offset), map: {} }
  }
  const size = text('GNU.sparse.size')
  if (size === undefined) return undefined
  const list = text('GNU.sparse.map')
  const pairs = extensions.records.filter(([key]) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
  const numbers = list === undefined ? pairs.map(([, value]) => value.toString('latin1')) : list.split(',')
  return { size: decimal(size, offset), map: { runs: sparseRunsOf(numbers, offset) } }
}

function xattrsOf(records: ReadonlyMap<string, Buffer>): Record<string, Uint8Array> | undefined {
  let found: Record<string, Uint8Array> | undefined
  for (const [key, value] of records) {
    if (!key.startsWith(xattrPrefix) || !isImageXattr(key.slice(xattrPrefix.length))) continue
    found ??= {}
    found[key.slice(xattrPrefix.length)] = Uint8Array.from(value)
  }
  return found
}

/** Nanoseconds; digits beyond the ninth of a fraction are cut off. */
function timeOf(record: Buffer | undefined, seconds: number, offset: number): bigint {
  if (record === undefined) return BigInt(seconds) * 1_000_000_000n
  const match = /^(-?)([0-9]{1,18})(?:\.([0-9]*))?$/.exec(record.toString('latin1'))
  if (match === null) throw badArchive('a modification time is malformed', offset)
  const magnitude = BigInt(match[2] as string) * 1_000_000_000n + BigInt((match[3] ?? '').slice(0, 9).padEnd(9, '0'))
  return match[1] === '-' ? -magnitude : magnitude
}
