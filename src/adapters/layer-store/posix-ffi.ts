import { lchownSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'
import { pathToBytes } from '../../core/index.ts'
import { isKept, type PosixCalls, refused, type SpecialFile, type Xattrs } from './posix-calls.ts'

const typeBits = { char: 0o020000, block: 0o060000, fifo: 0o010000 } as const
const followNot = 0x100
const currentDirectory = -100
const omit = (1n << 30n) - 2n

/** The calls through koffi. Throws when the C library does not have them. */
export function ffiCalls(): PosixCalls {
  const c = bindings()
  const paths = Buffer.alloc(1 << 15)
  const values = Buffer.alloc(1 << 16)
  const times = new BigInt64Array(4)
  const cPath = (path: string): Buffer => {
    const bytes = pathToBytes(path)
    paths[bytes.copy(paths)] = 0
    return paths
  }
  const check = (result: number, what: string, path: string): void => {
    if (result < 0) throw refused(what, path, errorName())
  }
  const read = (path: string): Xattrs | undefined => {
    const length = Number(c.llistxattr(cPath(path), values, values.length))
    if (length === 0) return undefined
    if (length < 0) {
      const reason = errorName()
      if (reason === 'EOPNOTSUPP') return undefined
      throw refused('read the extended attributes', path, reason)
    }
    const names = values
      .toString('latin1', 0, length - 1)
      .split('\0')
      .filter(isKept)
    const found = names.map((name): [string, Uint8Array] => {
      const size = Number(c.lgetxattr(cPath(path), name, values, values.length))
      check(size, `read the extended attribute ${name}`, path)
      return [name, Uint8Array.from(values.subarray(0, size))]
    })
    return found.length === 0 ? undefined : Object.fromEntries(found)
  }
  return {
    way: 'ffi',
    xattrReader: () => read,
    setXattrs: (path, xattrs) => {
      for (const [name, value] of Object.entries(xattrs)) {
        check(
          c.lsetxattr(cPath(path), name, Buffer.from(value), value.length, 0),
          `set the extended attribute ${name}`,
          path,
        )
      }
    },
    makeSpecial: (file) => makeSpecial(c, cPath(file.path), file),
    setTime: (path, mtime) => {
      const second = 1_000_000_000n
      const nanos = ((mtime % second) + second) % second
      times.set([0n, omit, (mtime - nanos) / second, nanos])
      check(c.utimensat(currentDirectory, cPath(path), times, followNot), 'set the modification time', path)
    },
    flush: () => {},
  }
}

function makeSpecial(c: Bindings, path: Buffer, file: SpecialFile): void {
  const { major, minor } = file
  const device =
    (BigInt(major & ~0xfff) << 32n) | (BigInt(minor & ~0xff) << 12n) | BigInt(((major & 0xfff) << 8) | (minor & 0xff))
  if (c.mknod(path, typeBits[file.kind] | 0o600, device) < 0)
    throw refused(`make the ${file.kind} node`, file.path, errorName())
  if (file.uid !== 0 || file.gid !== 0) lchownSync(pathToBytes(file.path), file.uid, file.gid)
  if (c.chmod(path, file.mode) < 0) throw refused('set the mode', file.path, errorName())
}

function errorName(): string {
  return getSystemErrorName(-koffi.errno())
}

interface Bindings {
  llistxattr(path: Buffer, list: Buffer, size: number): number | bigint
  lgetxattr(path: Buffer, name: string, value: Buffer, size: number): number | bigint
  lsetxattr(path: Buffer, name: string, value: Buffer, size: number, flags: number): number
  utimensat(directory: number, path: Buffer, times: BigInt64Array, flags: number): number
  mknod(path: Buffer, mode: number, device: bigint): number
  chmod(path: Buffer, mode: number): number
}

function bindings(): Bindings {
  const library = koffi.load(null)
  const bind = (signature: string) => library.func(signature) as unknown
  return {
    llistxattr: bind('int64_t llistxattr(const void *path, void *list, size_t size)'),
    lgetxattr: bind('int64_t lgetxattr(const void *path, const char *name, void *value, size_t size)'),
    lsetxattr: bind('int lsetxattr(const void *path, const char *name, const void *value, size_t size, int flags)'),
    utimensat: bind('int utimensat(int directory, const void *path, const void *times, int flags)'),
    mknod: bind('int mknod(const void *path, unsigned int mode, uint64_t device)'),
    chmod: bind('int chmod(const void *path, unsigned int mode)'),
  } as Bindings
}
