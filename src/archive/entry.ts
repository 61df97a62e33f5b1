import type { Digest } from '../core/index.ts'

export type EntryKind = 'file' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo' | 'whiteout'

/**
 * One path of a layer, as data: the common language of tar streams, layer indexes, file trees and image diffs.
 * Paths are relative to the root without leading or trailing slash, `''` is the root itself; bytes that are not UTF-8 are
 * escaped as `core/path-bytes.ts` says.
 */
export interface LayerEntry {
  readonly path: string
  readonly kind: EntryKind
  /** Permission bits including setuid, setgid and sticky (0 to 0o7777); 0 for whiteouts. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of content; 0 for everything but files. */
  readonly size: number
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint
  /** Symlink: the target as stored. Hardlink: the path (in the form of `path`) whose inode is shared. */
  readonly linkname?: string
  readonly devMajor?: number
  readonly devMinor?: number
  /** Extended attributes that belong to images (`security.capability`, `user.*`); never overlayfs' own. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>>
  /** Directories only: nothing of lower layers shows through. */
  readonly opaque?: boolean
  /** Files only: sha256 of the content, when known. */
  readonly digest?: Digest
}
