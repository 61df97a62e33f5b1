import { isImageXattr } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

export type Xattrs = Readonly<Record<string, Uint8Array>>

/** A device or fifo to be made, with the owner and mode it shall have. */
export interface SpecialFile {
  readonly path: string
  readonly kind: 'char' | 'block' | 'fifo'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly major: number
  readonly minor: number
}

/**
 * What Linux can and node:fs cannot: extended attributes, times in nanoseconds, device nodes. Paths are absolute, in the
 * escaped form of `core/path-bytes.ts`. Changes may be queued; `flush` carries them out.
 */
export interface PosixCalls {
  readonly way: 'ffi' | 'commands'
  /** Prepares to read attributes below a directory; the function returns those of a path that `isKept` lets through. */
  xattrReader(root: string): (path: string) => Xattrs | undefined
  setXattrs(path: string, xattrs: Xattrs): void
  makeSpecial(file: SpecialFile): void
  /** Sets the modification time of a path itself, not of what a link points to. */
  setTime(path: string, mtime: bigint): void
  flush(): void
}

/** The attributes a layer store looks at: those of images and overlayfs' own. */
export function isKept(name: string): boolean {
  return isImageXattr(name) || name.startsWith('trusted.overlay.') || name.startsWith('user.overlay.')
}

/** The error for a change that the system refuses; names the path and what was tried. */
export function refused(what: string, path: string, reason: string): SlipwayError {
  const full = /ENOSPC|No space|EDQUOT/.test(reason)
  const denied = /EPERM|EINVAL|not permitted|Invalid argument/.test(reason)
  if (full) return new SlipwayError('no-space', `no space left for ${path}`, { hint: fullHint })
  const code = denied ? 'unsupported' : 'store-unusable'
  return new SlipwayError(code, `cannot ${what} of ${path}: ${reason}`, denied ? { hint: deniedHint } : {})
}

/** What failed while something was written for a path of a layer, in words; other errors stay what they are. */
export function writeFailure(error: unknown, path: string): unknown {
  if (error instanceof SlipwayError) return error
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return error
  return refused('write', `/${path}`, `${code} (${(error as Error).message})`)
}

const fullHint = 'free some space, or choose another place with SLIPWAY_ROOT'
const deniedHint =
  'ordinary users cannot make device nodes or use ids outside their subuid range; run as root for such images'
