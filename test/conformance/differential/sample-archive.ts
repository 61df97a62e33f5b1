import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../../src/archive/index.ts'

const mtime = 1_000_000_000_000_000_000n

function entry(path: string, kind: LayerEntry['kind'], more: Partial<LayerEntry> = {}): LayerEntry {
  return { path, kind, mode: 0o644, uid: 0, gid: 0, size: kind === 'file' ? path.length : 0, mtime, ...more }
}

const entries: readonly LayerEntry[] = [
  entry('a', 'file', { uid: 5, gid: 6, mode: 0o4755 }),
  entry('d', 'dir', { mode: 0o2750, uid: 1000, gid: 1000 }),
  entry('d/f', 'file', { mode: 0o600, xattrs: { 'user.x': Buffer.from('y') } }),
  entry('d/hard', 'hardlink', { linkname: 'd/f', mode: 0o600 }),
  entry('k', 'symlink', { linkname: 'd', mode: 0o777, uid: 7, gid: 8 }),
  // Its parents are not in the archive.
  entry('p/q/f', 'file'),
  entry('fifo', 'fifo'),
]

/** A tar archive with an entry of each kind; the content of each file is its path. */
export const sampleArchive: Buffer = Buffer.concat([
  ...entries.flatMap((one) => [
    encodeTarHeader(one),
    Buffer.from(one.size === 0 ? '' : one.path),
    Buffer.alloc(tarPadding(one.size)),
  ]),
  endOfArchive,
])
