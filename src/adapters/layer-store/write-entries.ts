import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { comparePaths, type LayerEntry, parentOf } from '../../archive/index.ts'
import { type Digest, digestFromHex, fsPath, SlipwayError } from '../../core/index.ts'
import type { ContentOrigin, PlannedEntry } from '../../fileset/index.ts'
import type { LayerIndexCache } from './layer-index-cache.ts'
import { layerDirectory } from './layer-files.ts'
import type { LowerTree } from './lower-tree.ts'
import type { Progress } from './progress.ts'
import type { ScannedLayer } from './scan-upper.ts'
import { createTarHash, pieceSize, type TarHash } from './tar-hash.ts'
import type { TreeWriter } from './tree-writer.ts'

export interface WriteOptions {
  /** The store that origins of kind `layer` refer to. */
  readonly root: string
  readonly indexes: LayerIndexCache
  readonly lower: LowerTree
  readonly progress?: Progress
  /** False where the result must not share files with the store. */
  readonly adoptFiles?: boolean
  /** Layers below the new one. Their files are never linked: one file system would show two names of one inode. */
  readonly below?: ReadonlySet<string>
}

interface Writing extends WriteOptions {
  readonly writer: TreeWriter
  readonly tar: TarHash
  readonly directories: Set<string>
  readonly buffer: Buffer
  readonly paths: Map<string, ReadonlyMap<string, LayerEntry>>
}

/**
 * Makes the nodes of planned entries, whatever their order, and hashes their tar on the way: each content is read once.
 * Directories that are only implied are made as they look below and stay out of the layer. A file of another layer whose
 * owner, mode, time and attributes stay the same is linked instead of copied.
 */
export function writeEntries(
  writer: TreeWriter,
  planned: readonly PlannedEntry[],
  options: WriteOptions,
): ScannedLayer {
  const writing: Writing = {
    ...options,
    writer,
    tar: createTarHash(),
    directories: new Set(['']),
    buffer: Buffer.allocUnsafeSlow(pieceSize),
    paths: new Map(),
  }
  const entries: LayerEntry[] = []
  for (const entry of inTarOrder(planned)) {
    if (entry.path === '') continue
    entries.push(writeOne(writing, entry))
    options.progress?.(entries.length, planned.length)
  }
  writer.finish()
  return { entries, ...writing.tar.finish() }
}

/**
 * Depth first in byte order; the first name of each hard-linked file carries the content, as a tar needs it.
 * Throws SlipwayError `internal` for a path that is planned twice or a link to nothing.
 */
function inTarOrder(planned: readonly PlannedEntry[]): PlannedEntry[] {
  const sorted = [...planned].sort((a, b) => comparePaths(a.path, b.path))
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at]?.path === sorted[at - 1]?.path)
      throw new SlipwayError('internal', `/${sorted[at]?.path} is planned twice`)
  }
  if (!sorted.some((entry) => entry.kind === 'hardlink')) return sorted
  const byPath = new Map(sorted.map((entry) => [entry.path, entry]))
  const leaders = new Map<PlannedEntry, string>()
  return sorted.map((entry) => {
    const inode = inodeOf(entry, byPath)
    const leader = leaders.get(inode)
    if (leader === undefined) {
      leaders.set(inode, entry.path)
      return inode === entry ? entry : { ...inode, path: entry.path }
    }
    const { path, mode, uid, gid, mtime } = { ...inode, path: entry.path }
    return { path, kind: 'hardlink', mode, uid, gid, size: 0, mtime, linkname: leader }
  })
}

function inodeOf(entry: PlannedEntry, byPath: ReadonlyMap<string, PlannedEntry>): PlannedEntry {
  if (entry.kind !== 'hardlink') return entry
  let at: PlannedEntry | undefined = entry
  for (let hops = 0; at?.kind === 'hardlink' && hops <= byPath.size; hops += 1) at = byPath.get(at.linkname ?? '')
  if (at === undefined || at.kind === 'hardlink' || at.kind === 'dir') {
    throw new SlipwayError('internal', `/${entry.path} is planned as a link to /${entry.linkname}, which is no file`)
  }
  return at
}

function writeOne(writing: Writing, planned: PlannedEntry): LayerEntry {
  const { writer, tar } = writing
  const { from, ...entry } = planned
  makeParents(writing, parentOf(entry.path) ?? '')
  if (entry.kind === 'file') return writeFile(writing, entry, from)
  tar.entry(entry)
  if (entry.kind === 'dir') {
    writer.dir(entry)
    writing.directories.add(entry.path)
  } else if (entry.kind === 'hardlink') {
    writer.link(entry.path, entry.linkname ?? '')
  } else {
    writer.other(entry)
  }
  return entry
}

function makeParents({ writer, directories, lower }: Writing, path: string): void {
  if (directories.has(path)) return
  let end = path.indexOf('/')
  for (;;) {
    const here = end < 0 ? path : path.slice(0, end)
    if (!directories.has(here)) {
      writer.dir({ ...lower.directory(here), path: here })
      directories.add(here)
    }
    if (end < 0) return
    end = path.indexOf('/', end + 1)
  }
}

function writeFile(writing: Writing, entry: LayerEntry, from: ContentOrigin | undefined): LayerEntry {
  const { tar } = writing
  tar.entry(entry)
  if (from === undefined && entry.size > 0)
    throw new SlipwayError('internal', `/${entry.path} is planned without content`)
  const adopted = from?.kind === 'layer' && mayAdopt(writing, from.layer) && adopt(writing, entry, from)
  const sink = adopted ? undefined : writing.writer.file(entry)
  const hash = entry.digest === undefined || from?.kind === 'host' ? createHash('sha256') : undefined
  let size = 0
  try {
    for (const chunk of contentOf(writing, from)) {
      size += chunk.length
      if (size > entry.size) break
      tar.content(chunk)
      hash?.update(chunk)
      sink?.write(chunk)
    }
    if (size !== entry.size) throw changed(entry, from)
  } catch (error) {
    sink?.abandon()
    throw error
  }
  sink?.close()
  tar.endFile(size)
  const digest: Digest = hash === undefined ? (entry.digest as Digest) : digestFromHex(hash.digest('hex'))
  if (entry.digest !== undefined && entry.digest !== digest) throw changed(entry, from)
  return { ...entry, digest }
}

/** Content in pieces that are only valid until the next one. */
function* contentOf(writing: Writing, from: ContentOrigin | undefined): Generator<Uint8Array, void, undefined> {
  if (from === undefined) return
  if (from.kind === 'inline') {
    yield from.data
    return
  }
  const path = from.kind === 'host' ? from.path : layerFile(writing.root, from)
  const handle = openContent(path, from)
  try {
    for (;;) {
      const read = fs.readSync(handle, writing.buffer, 0, pieceSize, null)
      if (read === 0) return
      yield writing.buffer.subarray(0, read)
      // A short read of a regular file is its end; asking again costs a system call a file.
      if (read < pieceSize) return
    }
  } finally {
    fs.closeSync(handle)
  }
}

function openContent(path: string, from: ContentOrigin): number {
  try {
    return fs.openSync(fsPath(path), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
  } catch (cause) {
    const code = from.kind === 'host' ? 'context-unreadable' : 'store-unusable'
    throw new SlipwayError(code, `cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
}

function layerFile(root: string, from: { readonly layer: string; readonly path: string }): string {
  return `${layerDirectory(root, from.layer)}/fs/${from.path}`
}

function mayAdopt({ adoptFiles, below }: Writing, layer: string): boolean {
  return adoptFiles !== false && below?.has(layer) !== true
}

/**
 * Links a stored file into the new layer. Only a file with a single name is taken, so that no inode is ever in more than
 * two layers: `cp`, `tar` and `du` treat names of one inode as one file, and no step may see two of them.
 */
function adopt(writing: Writing, entry: LayerEntry, from: { readonly layer: string; readonly path: string }): boolean {
  const source = layerFile(writing.root, from)
  if (fs.lstatSync(fsPath(source)).nlink !== 1) return false
  const stored = storedEntry(writing, from)
  const same =
    stored !== undefined &&
    stored.kind === 'file' &&
    stored.mode === entry.mode &&
    stored.uid === entry.uid &&
    stored.gid === entry.gid &&
    stored.size === entry.size &&
    stored.mtime === entry.mtime &&
    sameXattrs(stored.xattrs, entry.xattrs)
  return same && writing.writer.adopt(entry.path, source)
}

function storedEntry(
  { paths, indexes }: Writing,
  from: { readonly layer: string; readonly path: string },
): LayerEntry | undefined {
  let byPath = paths.get(from.layer)
  if (byPath === undefined) {
    byPath = new Map(indexes.read(from.layer).map((entry) => [entry.path, entry]))
    paths.set(from.layer, byPath)
  }
  return byPath.get(from.path)
}

function sameXattrs(a: LayerEntry['xattrs'] = {}, b: LayerEntry['xattrs'] = {}): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => b[name] !== undefined && Buffer.compare(a[name] as Uint8Array, b[name]) === 0)
}

function changed(entry: LayerEntry, from: ContentOrigin | undefined): SlipwayError {
  if (from?.kind === 'host')
    return new SlipwayError('context-unreadable', `${from.path} changed while it was being copied`)
  return new SlipwayError('store-unusable', `the stored content of /${entry.path} is not what its layer promised`)
}
