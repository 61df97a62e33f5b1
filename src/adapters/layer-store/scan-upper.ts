import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { compareNames, isImageXattr, joinPath, type LayerEntry } from '../../archive/index.ts'
import { type Digest, digestFromHex, digestOf, fsPath, pathFromBytes, SlipwayError } from '../../core/index.ts'
import type { PosixCalls, Xattrs } from './posix-calls.ts'
import { createTarHash, pieceSize, type TarHash } from './tar-hash.ts'

/** A scanned directory: its entries in the order of the tar, and digest and size of that tar. */
export interface ScannedLayer {
  readonly entries: LayerEntry[]
  readonly diffId: Digest
  readonly size: number
}

interface Scan {
  readonly root: string
  readonly xattrs: (path: string) => Xattrs | undefined
  readonly tar: TarHash
  readonly entries: LayerEntry[]
  /** The first name met of each file that has several. */
  readonly links: Map<bigint, string>
  readonly buffer: Buffer
}

/**
 * Reads the upper directory of an overlay as the layer it stands for. Depth first, names in byte order, each file read
 * once for both digests. Deletions (device 0:0, or empty files marked `overlay.whiteout`) and opaque directories are
 * recognised; overlayfs' own attributes and sockets are left out, the root directory too.
 */
export function scanUpper(root: string, posix: PosixCalls): ScannedLayer {
  const scan: Scan = {
    root,
    xattrs: posix.xattrReader(root),
    tar: createTarHash(),
    entries: [],
    links: new Map(),
    buffer: Buffer.allocUnsafeSlow(pieceSize),
  }
  scanDirectory(scan, '')
  return { entries: scan.entries, ...scan.tar.finish() }
}

/** Names in a directory, every byte of them intact. */
function readNames(directory: string): string[] {
  const names = fs.readdirSync(fsPath(directory), { encoding: 'latin1' })
  return names.map((name) => (ascii.test(name) ? name : pathFromBytes(Buffer.from(name, 'latin1')))).sort(compareNames)
}

const ascii = /^[\0-\x7f]*$/

function scanDirectory(scan: Scan, directory: string): void {
  for (const name of readNames(directory === '' ? scan.root : `${scan.root}/${directory}`)) {
    const path = joinPath(directory, name)
    const entry = scanOne(scan, path)
    if (entry === undefined) continue
    scan.entries.push(entry)
    if (entry.kind === 'dir') scanDirectory(scan, path)
  }
}

function scanOne(scan: Scan, path: string): LayerEntry | undefined {
  const absolute = `${scan.root}/${path}`
  const stat = fs.lstatSync(fsPath(absolute), { bigint: true })
  // Before hard links: overlayfs links all its whiteouts to one inode.
  if (stat.isCharacterDevice() && stat.rdev === 0n) return add(scan, deleted(path))
  const all = stat.isSymbolicLink() ? undefined : scan.xattrs(absolute)
  if (stat.isFile() && stat.size === 0n && overlayMark(all, 'whiteout') !== undefined) return add(scan, deleted(path))
  const kind = kindOf(stat)
  if (kind === undefined) return undefined
  const common = {
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: stat.mtimeNs,
  }
  if (kind !== 'dir' && stat.nlink > 1n) {
    const first = scan.links.get(stat.ino)
    if (first !== undefined) return add(scan, { path, kind: 'hardlink', ...common, size: 0, linkname: first })
    scan.links.set(stat.ino, path)
  }
  const xattrs = imageXattrs(all)
  const entry: LayerEntry = {
    path,
    kind,
    ...common,
    size: kind === 'file' ? Number(stat.size) : 0,
    ...(kind === 'symlink' ? { linkname: readLink(absolute) } : {}),
    ...(kind === 'char' || kind === 'block' ? deviceNumbers(stat.rdev) : {}),
    ...(xattrs === undefined ? {} : { xattrs }),
    ...(kind === 'dir' && overlayMark(all, 'opaque') === 'y' ? { opaque: true } : {}),
  }
  add(scan, entry)
  return kind === 'file' ? { ...entry, digest: hashFile(scan, absolute, entry.size) } : entry
}

function add(scan: Scan, entry: LayerEntry): LayerEntry {
  scan.tar.entry(entry)
  return entry
}

/** Time 0: overlayfs shares one inode among its whiteouts, so the time on it says nothing. */
function deleted(path: string): LayerEntry {
  return { path, kind: 'whiteout', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0n }
}

function kindOf(stat: fs.BigIntStats): LayerEntry['kind'] | undefined {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'dir'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isCharacterDevice()) return 'char'
  if (stat.isBlockDevice()) return 'block'
  return stat.isFIFO() ? 'fifo' : undefined
}

function readLink(path: string): string {
  return pathFromBytes(fs.readlinkSync(fsPath(path), { encoding: 'buffer' }))
}

/** The split of a 64-bit Linux device number (glibc's gnu_dev_major and gnu_dev_minor). */
function deviceNumbers(device: bigint): { readonly devMajor: number; readonly devMinor: number } {
  return {
    devMajor: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)),
    devMinor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  }
}

function overlayMark(xattrs: Xattrs | undefined, mark: string): string | undefined {
  const value = xattrs?.[`trusted.overlay.${mark}`] ?? xattrs?.[`user.overlay.${mark}`]
  return value === undefined ? undefined : Buffer.from(value).toString('latin1')
}

function imageXattrs(xattrs: Xattrs | undefined): Xattrs | undefined {
  if (xattrs === undefined) return undefined
  const kept = Object.entries(xattrs).filter(([name]) => isImageXattr(name))
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

const emptyDigest = digestOf('')

function hashFile(scan: Scan, path: string, size: number): Digest {
  if (size === 0) return emptyDigest
  const hash = createHash('sha256')
  const handle = fs.openSync(fsPath(path), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  try {
    for (let left = size; left > 0; ) {
      const read = fs.readSync(handle, scan.buffer, 0, Math.min(left, pieceSize), null)
      if (read === 0) throw new SlipwayError('store-unusable', `${path} changed while it was being read`)
      const chunk = scan.buffer.subarray(0, read)
      hash.update(chunk)
      scan.tar.content(chunk)
      left -= read
    }
  } finally {
    fs.closeSync(handle)
  }
  scan.tar.endFile(size)
  return digestFromHex(hash.digest('hex'))
}
