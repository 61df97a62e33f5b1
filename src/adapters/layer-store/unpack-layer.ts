import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import {
  asLink,
  baseOf,
  type Bytes,
  createTarDecoder,
  impliedDirectory,
  joinPath,
  type LayerEntry,
  parentOf,
  type TarHandler,
} from '../../archive/index.ts'
import { type Digest, digestFromHex, SlipwayError } from '../../core/index.ts'
import { type FileDigest, fileDigest } from './file-digest.ts'
import type { LowerTree } from './lower-tree.ts'
import type { Progress } from './progress.ts'
import type { ScannedLayer } from './scan-upper.ts'
import { pieceSize } from './tar-hash.ts'
import type { FileSink, TreeWriter } from './tree-writer.ts'
import { entryLimiter } from './unpack-limit.ts'

export interface UnpackLayerOptions {
  readonly lower: LowerTree
  /** Waits until everything may be asked of `lower`. */
  readonly lowerThere: () => Promise<void>
  readonly progress?: Progress
  /** How many bytes the files may have together. */
  readonly limit?: number
}

/** Reads an uncompressed layer tar to its end, writes its nodes and hashes stream and files. */
export async function unpackLayer(
  chunks: Bytes,
  writer: TreeWriter,
  { lower, lowerThere, progress, limit }: UnpackLayerOptions,
): Promise<ScannedLayer> {
  const unpacking = createUnpacking(writer, lower)
  const decoder = createTarDecoder(limit === undefined ? unpacking.handler : bounded(unpacking.handler, limit))
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.length
      decoder.write(chunk)
      progress?.(size)
    }
    decoder.close()
    if (unpacking.needsLower()) await lowerThere()
  } catch (error) {
    unpacking.abandon()
    throw error
  }
  const entries = unpacking.finish()
  return { entries, diffId: digestFromHex(hash.digest('hex')), size }
}

/** Refuses a file by the size that its header declares, before anything of it is written. */
function bounded(handler: TarHandler, limit: number): TarHandler {
  const check = entryLimiter(limit)
  return {
    ...handler,
    entry: (entry) => {
      check(entry)
      handler.entry(entry)
    },
  }
}

interface State {
  readonly writer: TreeWriter
  readonly lower: LowerTree
  /** What the layer states, by path, in the order of its archive. */
  readonly entries: Map<string, LayerEntry>
  /** Names in each directory that exists in the new tree, stated or implied. */
  readonly children: Map<string, Set<string>>
  /** Names that link to the content of a path. */
  readonly links: Map<string, Set<string>>
  /** Directories that the archive does not state: they are to look as they do below. */
  readonly implied: Set<string>
  rootOpaque: boolean
  open: { readonly entry: LayerEntry; readonly sink: FileSink; readonly digest: FileDigest } | undefined
}

interface Unpacking {
  readonly handler: TarHandler
  /** Whether `finish` will ask something of the layers below. */
  needsLower(): boolean
  finish(): LayerEntry[]
  abandon(): void
}

/** Turns decoder events into nodes. Links in directory names are followed by name inside the layer, never by the kernel. */
function createUnpacking(writer: TreeWriter, lower: LowerTree): Unpacking {
  const state: State = {
    writer,
    lower,
    entries: new Map(),
    children: new Map([['', new Set()]]),
    links: new Map(),
    implied: new Set(),
    rootOpaque: false,
    open: undefined,
  }
  return {
    handler: {
      entry: (entry) => {
        const path = resolveParents(state, entry.path)
        onEntry(state, path === entry.path ? entry : { ...entry, path })
      },
      data: (chunk) => {
        state.open?.digest.add(chunk)
        state.open?.sink.write(chunk)
      },
      hole: (length) => {
        for (let left = length; left > 0; left -= zeros.length) state.open?.digest.add(zeros.subarray(0, left))
        state.open?.sink.hole(length)
      },
      end: () => endFile(state),
      opaque: (path) => onOpaque(state, path === '' ? '' : resolveParents(state, path)),
    },
    needsLower: () => state.rootOpaque || state.implied.size > 0,
    finish: () => {
      if (state.rootOpaque) hideLowerRoot(state)
      if (state.implied.size > 0) lower.directories(state.implied).forEach(writer.dir)
      writer.finish()
      return [...state.entries.values()]
    },
    abandon: () => state.open?.sink.abandon(),
  }
}

const zeros = new Uint8Array(1 << 16)
const maxLinks = 255

/** The path with links among its directories replaced, as far as this layer made them; the root is never left. */
function resolveParents(state: State, path: string): string {
  const parent = parentOf(path)
  if (parent === undefined || state.children.has(parent)) return path
  const waiting = parent.split('/').reverse()
  let done: string[] = []
  let hops = 0
  while (waiting.length > 0) {
    const part = waiting.pop() as string
    if (part === '' || part === '.') continue
    if (part === '..') {
      done.pop()
      continue
    }
    const link = state.entries.get([...done, part].join('/'))
    if (link?.kind !== 'symlink') {
      done.push(part)
      continue
    }
    hops += 1
    if (hops > maxLinks) throw new SlipwayError('bad-archive', `too many symbolic links in the layer at /${path}`)
    const target = link.linkname ?? ''
    if (target.startsWith('/')) done = []
    waiting.push(...target.split('/').reverse())
  }
  return joinPath(done.join('/'), baseOf(path))
}

function onEntry(state: State, entry: LayerEntry): void {
  if (entry.path === '') {
    state.writer.dir(entry)
    state.entries.set('', entry)
    return
  }
  if (entry.kind === 'whiteout') {
    onWhiteout(state, entry)
    return
  }
  if (entry.kind === 'hardlink' && entry.linkname !== undefined && resolveParents(state, entry.linkname) === entry.path)
    return
  const before = state.entries.get(entry.path)
  const wasDirectory = state.children.has(entry.path)
  if (entry.kind === 'dir' && wasDirectory) {
    const opaque = before?.opaque === true ? { opaque: true } : {}
    stateDirectory(state, { ...entry, ...opaque })
    return
  }
  // A link is looked up before its name is cleared: it may stand inside what gets replaced.
  if (wasDirectory || before !== undefined) removeTree(state, entry.path)
  makeParents(state, parentOf(entry.path) ?? '')
  if (entry.kind === 'dir') {
    makeDirectory(state, entry.path)
    stateDirectory(state, before?.kind === 'whiteout' ? { ...entry, opaque: true } : entry)
  } else if (entry.kind === 'hardlink') {
    makeLink(state, entry)
  } else {
    addNode(state, entry)
  }
}

/** A deletion speaks of lower layers: where this layer has a node itself, only a directory needs a mark. */
function onWhiteout(state: State, entry: LayerEntry): void {
  if (state.children.has(entry.path)) {
    onOpaque(state, entry.path)
  } else if (!state.entries.has(entry.path)) {
    makeParents(state, parentOf(entry.path) ?? '')
    addNode(state, entry)
  }
}

function onOpaque(state: State, path: string): void {
  if (path === '') {
    state.rootOpaque = true
    return
  }
  makeParents(state, path)
  stateDirectory(state, { ...(state.entries.get(path) ?? { ...state.lower.directory(path), path }), opaque: true })
}

function stateDirectory(state: State, entry: LayerEntry): void {
  state.implied.delete(entry.path)
  state.writer.dir(entry)
  state.entries.set(entry.path, entry)
}

function makeDirectory(state: State, path: string): void {
  state.children.get(parentOf(path) ?? '')?.add(baseOf(path))
  state.children.set(path, new Set())
}

/** Makes a directory and those above it where they are missing. */
function makeParents(state: State, path: string): void {
  if (state.children.has(path)) return
  makeParents(state, parentOf(path) ?? '')
  const before = state.entries.get(path)
  if (before !== undefined && before.kind !== 'whiteout')
    throw new SlipwayError('bad-archive', `/${path} is a ${before.kind}, not a directory`)
  if (before === undefined) {
    makeDirectory(state, path)
    state.implied.add(path)
    state.writer.dir({ ...impliedDirectory, path })
    return
  }
  removeTree(state, path)
  makeDirectory(state, path)
  stateDirectory(state, { ...impliedDirectory, path, opaque: true })
}

function addNode(state: State, entry: LayerEntry): void {
  state.children.get(parentOf(entry.path) ?? '')?.add(baseOf(entry.path))
  state.entries.set(entry.path, entry)
  if (entry.kind === 'file') state.open = { entry, sink: state.writer.file(entry), digest: fileDigest(entry.size) }
  else state.writer.other(entry)
}

function endFile(state: State): void {
  if (state.open === undefined) return
  const { entry, sink, digest } = state.open
  state.open = undefined
  sink.close()
  state.entries.set(entry.path, { ...entry, digest: digest.finish() })
}

function makeLink(state: State, link: LayerEntry): void {
  const target = resolveParents(state, link.linkname ?? '')
  const named = state.entries.get(target)
  if (named === undefined || named.kind === 'whiteout') {
    copyFromBelow(state, link, target)
    return
  }
  if (named.kind === 'dir')
    throw new SlipwayError('bad-archive', `/${link.path} is a hard link to the directory /${target}`)
  const leader = named.kind === 'hardlink' ? (named.linkname as string) : target
  state.writer.link(link.path, leader)
  state.children.get(parentOf(link.path) ?? '')?.add(baseOf(link.path))
  state.entries.set(link.path, asLink({ ...(state.entries.get(leader) as LayerEntry), path: link.path }, leader))
  const names = state.links.get(leader)
  if (names === undefined) state.links.set(leader, new Set([link.path]))
  else names.add(link.path)
}

/** A link to a file of a lower layer becomes a copy, as it would when a container changed the file. */
function copyFromBelow(state: State, link: LayerEntry, target: string): void {
  const node = state.lower.find(target)
  if (node === undefined || node.children !== undefined) {
    throw new SlipwayError('bad-archive', `/${link.path} is a hard link to /${target}, which is no file`)
  }
  const entry = { ...node.entry, path: link.path }
  addNode(state, entry)
  if (state.open === undefined) return
  const { handle, offset } = state.lower.open(node)
  const buffer = Buffer.allocUnsafe(Math.min(pieceSize, Math.max(1, entry.size)))
  try {
    for (let done = 0; done < entry.size; ) {
      const read = fs.readSync(handle, buffer, 0, Math.min(entry.size - done, buffer.length), offset + done)
      if (read === 0)
        throw new SlipwayError('store-unusable', `the stored content of /${target} is shorter than its layer promised`)
      state.open.digest.add(buffer.subarray(0, read))
      state.open.sink.write(buffer.subarray(0, read))
      done += read
    }
  } finally {
    fs.closeSync(handle)
  }
  endFile(state)
}

/** Removes a node and what is in it, so that something else can take its place. */
function removeTree(state: State, path: string): void {
  for (const name of state.children.get(path) ?? []) removeTree(state, joinPath(path, name))
  state.children.delete(path)
  state.implied.delete(path)
  state.children.get(parentOf(path) ?? '')?.delete(baseOf(path))
  const entry = state.entries.get(path)
  if (entry !== undefined) {
    state.entries.delete(path)
    unlink(state, entry)
  }
  state.writer.remove(path)
}

/** Keeps link groups right when one of their names goes: another name takes over the content. */
function unlink(state: State, entry: LayerEntry): void {
  if (entry.kind === 'hardlink') state.links.get(entry.linkname as string)?.delete(entry.path)
  const names = state.links.get(entry.path)
  if (names === undefined) return
  state.links.delete(entry.path)
  const [leader, ...others] = names
  if (leader === undefined) return
  state.entries.set(leader, { ...entry, path: leader })
  for (const other of others) state.entries.set(other, asLink({ ...entry, path: other }, leader))
  if (others.length > 0) state.links.set(leader, new Set(others))
}

/** overlayfs does not read the mark on the root of a layer, so everything below it is deleted by name. */
function hideLowerRoot(state: State): void {
  for (const name of state.lower.find('')?.children?.keys() ?? []) {
    if (state.children.has(name)) onOpaque(state, name)
    else if (!state.entries.has(name))
      addNode(state, { path: name, kind: 'whiteout', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0n })
  }
}

/** Throws `checksum-mismatch` unless a layer is what its image says. */
export function checkDiffId(found: Digest, expected: Digest, name: string): void {
  if (found === expected) return
  throw new SlipwayError('checksum-mismatch', `layer ${name} unpacks to ${found}, its image promises ${expected}`)
}
