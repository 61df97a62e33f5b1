import * as fs from 'node:fs'
import type { LayerEntry } from '../../archive/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import { type PosixCalls, writeFailure } from './posix-calls.ts'

export interface TreeWriterOptions {
  readonly posix: PosixCalls
  /** Prefix of overlayfs' attributes; undefined for a plain directory, where hiding has no meaning. */
  readonly overlayXattr: 'trusted' | 'user' | undefined
  /** False leaves all files to the user of the process. */
  readonly owners?: boolean
}

/** An open regular file of the tree. */
export interface FileSink {
  write(chunk: Uint8Array): void
  /** Skips `length` bytes, which will read as zeros. */
  hole(length: number): void
  close(): void
  /** Lets go of the file without finishing it. */
  abandon(): void
}

/**
 * Writes nodes into a directory that nobody else touches. Callers make parents first and each path once, so nothing that
 * is written can be reached through a link. Attributes of directories are set by `finish`: until then they belong to the
 * process and are private, so that neither times nor inherited groups get lost.
 */
export interface TreeWriter {
  dir(entry: LayerEntry): void
  file(entry: LayerEntry): FileSink
  /** Any non-directory but a regular file: symlink, device, fifo, whiteout. */
  other(entry: LayerEntry): void
  link(path: string, target: string): void
  /** Removes one node; directories must be empty. */
  remove(path: string): void
  finish(): void
}

export function createTreeWriter(root: string, options: TreeWriterOptions): TreeWriter {
  const directories = new Map<string, LayerEntry>()
  const at = (path: string) => (path === '' ? root : `${root}/${path}`)
  const { posix } = options
  const guarded = <T>(path: string, work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw writeFailure(error, path)
    }
  }
  return {
    dir: (entry) => {
      guarded(entry.path, () => {
        if (entry.path !== '' && !directories.has(entry.path)) fs.mkdirSync(fsPath(at(entry.path)), 0o700)
      })
      directories.set(entry.path, entry)
    },
    file: (entry) => guarded(entry.path, () => openSink(at(entry.path), entry, options)),
    other: (entry) => guarded(entry.path, () => writeOther(at(entry.path), entry, options)),
    link: (path, target) =>
      guarded(path, () => {
        posix.flush()
        fs.linkSync(fsPath(at(target)), fsPath(at(path)))
      }),
    remove: (path) =>
      guarded(path, () => {
        posix.flush()
        if (directories.delete(path)) fs.rmdirSync(fsPath(at(path)))
        else fs.unlinkSync(fsPath(at(path)))
      }),
    finish: () => {
      posix.flush()
      for (const entry of directories.values())
        guarded(entry.path, () => finishDirectory(at(entry.path), entry, options))
      posix.flush()
    },
  }
}

function openSink(path: string, entry: LayerEntry, options: TreeWriterOptions): FileSink {
  const flags = fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_WRONLY | fs.constants.O_NOFOLLOW
  const handle = fs.openSync(fsPath(path), flags, 0o600)
  let position = 0
  let holes = false
  return {
    write: (chunk) => {
      try {
        for (let at = 0; at < chunk.length; ) at += fs.writeSync(handle, chunk, at, chunk.length - at, position + at)
      } catch (error) {
        throw writeFailure(error, entry.path)
      }
      position += chunk.length
    },
    hole: (length) => {
      position += length
      holes = true
    },
    close: () => {
      try {
        if (holes) fs.ftruncateSync(handle, position)
        finishFile(handle, path, { entry, options })
      } catch (error) {
        throw writeFailure(error, entry.path)
      } finally {
        fs.closeSync(handle)
      }
      if (!wholeSecond(entry.mtime)) options.posix.setTime(path, entry.mtime)
    },
    abandon: () => fs.closeSync(handle),
  }
}

/** The owner first: changing it takes setuid bits and capabilities away. */
function finishFile(
  handle: number,
  path: string,
  { entry, options }: { entry: LayerEntry; options: TreeWriterOptions },
): void {
  if (options.owners !== false && (entry.uid !== 0 || entry.gid !== 0)) fs.fchownSync(handle, entry.uid, entry.gid)
  fs.fchmodSync(handle, entry.mode)
  if (entry.xattrs !== undefined) options.posix.setXattrs(path, entry.xattrs)
  if (wholeSecond(entry.mtime)) {
    const seconds = Number(entry.mtime / 1_000_000_000n)
    fs.futimesSync(handle, seconds, seconds)
  }
}

/** Times that node:fs sets exactly: it passes floating point numbers. */
function wholeSecond(mtime: bigint): boolean {
  return mtime >= 0n && mtime % 1_000_000_000n === 0n
}

function writeOther(path: string, entry: LayerEntry, { posix, overlayXattr, owners }: TreeWriterOptions): void {
  const { kind, mode, uid, gid } = entry
  const owner = owners === false ? { uid: 0, gid: 0 } : { uid, gid }
  if (kind === 'whiteout') {
    if (overlayXattr === undefined)
      throw new SlipwayError('internal', `a whiteout of /${entry.path} in a plain directory`)
    posix.makeSpecial({ path, kind: 'char', mode: 0, uid: 0, gid: 0, major: 0, minor: 0 })
    return
  }
  if (kind === 'symlink') {
    fs.symlinkSync(fsPath(entry.linkname ?? ''), fsPath(path))
    if (owner.uid !== 0 || owner.gid !== 0) fs.lchownSync(fsPath(path), owner.uid, owner.gid)
  } else if (kind === 'char' || kind === 'block' || kind === 'fifo') {
    const { devMajor: major = 0, devMinor: minor = 0 } = entry
    if (overlayXattr !== undefined && kind === 'char' && major === 0 && minor === 0) throw nullDevice(entry)
    posix.makeSpecial({ path, kind, mode, ...owner, major, minor })
  } else {
    throw new SlipwayError('internal', `/${entry.path}: a ${kind} is not written here`)
  }
  if (entry.xattrs !== undefined) posix.setXattrs(path, entry.xattrs)
  posix.setTime(path, entry.mtime)
}

function nullDevice(entry: LayerEntry): SlipwayError {
  return new SlipwayError(
    'unsupported',
    `/${entry.path} is the character device 0:0, which overlayfs reads as a deletion`,
  )
}

function finishDirectory(path: string, entry: LayerEntry, { posix, overlayXattr, owners }: TreeWriterOptions): void {
  if (owners !== false && (entry.uid !== 0 || entry.gid !== 0)) fs.lchownSync(fsPath(path), entry.uid, entry.gid)
  fs.chmodSync(fsPath(path), entry.mode)
  const opaque =
    entry.opaque === true && overlayXattr !== undefined
      ? { [`${overlayXattr}.overlay.opaque`]: Buffer.from('y') }
      : undefined
  if (entry.xattrs !== undefined || opaque !== undefined) posix.setXattrs(path, { ...entry.xattrs, ...opaque })
  posix.setTime(path, entry.mtime)
}
