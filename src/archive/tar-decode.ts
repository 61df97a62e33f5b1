import { badArchive } from './bad-archive.ts'
import type { LayerEntry } from './entry.ts'
import { decodePaxRecords } from './pax.ts'
import { addSparseBlock, checkSparse, decodeSparseSlots, maxRuns, type SparsePrefix, type SparseRun } from './sparse.ts'
import { type Extensions, isNameless, mapWhiteout, resolveMember } from './tar-entry.ts'
import { blockSize, tarPadding } from './tar-encode.ts'
import { decodeHeaderBlock, numberField, type RawHeader } from './tar-header.ts'

/** What a decoder reports, in archive order. Chunks are views of the input: use or copy them before returning. */
export interface TarHandler {
  /** A member begins; for files, content and `end` follow. */
  entry(entry: LayerEntry): void
  /** Content of the current file. */
  data(chunk: Uint8Array): void
  /** `length` zero bytes of the current file that the archive did not store. */
  hole(length: number): void
  /** The current file is complete. */
  end(): void
  /** The directory hides everything that lower layers have in it. May come before, after or without its entry. */
  opaque(path: string): void
}

export interface TarDecoderOptions {
  /** `map` (default) reads whiteout names as layers mean them, `literal` as files of that name. */
  readonly whiteouts?: 'map' | 'literal'
}

export interface TarDecoder {
  write(chunk: Uint8Array): void
  /** Call after the last chunk. Throws `bad-archive` when the archive stops in the middle of a member. */
  close(): void
}

/** Longest PAX header or GNU long name; Go has the same limit. */
const maxSpecial = 1 << 20

type Phase =
  | { readonly kind: 'header' }
  | { readonly kind: 'special'; readonly type: string; readonly size: number; readonly parts: Buffer[]; have: number }
  | { readonly kind: 'slots'; readonly header: RawHeader; readonly runs: SparseRun[]; readonly size: number }
  | { readonly kind: 'sparse-head'; readonly content: Content; readonly prefix: SparsePrefix; size: number }
  | { readonly kind: 'content'; readonly content: Content }
  | { readonly kind: 'skip'; left: number; readonly next: Phase }
  | { readonly kind: 'ended' }

interface Content {
  left: number
  readonly padding: number
  readonly size: number
  readonly silent: boolean
  readonly entry: LayerEntry
  /** Sparse files: the runs, the current one, and the position in the expanded file. */
  runs: readonly SparseRun[] | undefined
  run: number
  position: number
}

/**
 * An incremental decoder for ustar, PAX (also global headers), GNU long names, base-256 numbers and the sparse formats
 * GNU 'S' and PAX 0.0, 0.1 and 1.0 (reported expanded). Throws SlipwayError `bad-archive` with the offset for bad
 * checksums, malformed or oversized headers, negative sizes, unknown types and paths that climb out. Holds at most one
 * extension header in memory, never content.
 */
export function createTarDecoder(handler: TarHandler, options: TarDecoderOptions = {}): TarDecoder {
  const state: State = {
    handler,
    literal: options.whiteouts === 'literal',
    phase: header,
    offset: 0,
    held: Buffer.alloc(blockSize),
    heldLength: 0,
    global: [],
    pending: nothing,
    zeroBlock: false,
  }
  return {
    write: (chunk) => write(state, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    close: () => close(state),
  }
}

interface State {
  readonly handler: TarHandler
  readonly literal: boolean
  phase: Phase
  /** Bytes consumed so far. */
  offset: number
  /** An unfinished block, carried over from the last chunk. */
  readonly held: Buffer
  heldLength: number
  global: readonly (readonly [string, Buffer])[]
  pending: Extensions
  zeroBlock: boolean
}

const header: Phase = { kind: 'header' }
const nothing: Extensions = { records: [] }

function write(state: State, chunk: Buffer): void {
  let at = 0
  while (at < chunk.length) {
    const taken = step(state, chunk, at)
    at += taken
    state.offset += taken
  }
}

function close(state: State): void {
  const clean = (state.phase.kind === 'header' && state.heldLength === 0) || state.phase.kind === 'ended'
  if (!clean) throw badArchive('it stops in the middle of a member', state.offset)
  if (state.pending.records.length > 0) throw badArchive('an extended header has no member', state.offset)
}

/** Consumes some bytes of the chunk and returns how many. */
function step(state: State, chunk: Buffer, at: number): number {
  const phase = state.phase
  switch (phase.kind) {
    case 'ended':
      return chunk.length - at
    case 'content':
      return takeContent(state, phase.content, chunk, at)
    case 'special':
      return takeSpecial(state, phase, chunk, at)
    case 'skip': {
      const taken = Math.min(phase.left, chunk.length - at)
      phase.left -= taken
      if (phase.left === 0) state.phase = phase.next
      return taken
    }
    default:
      return takeBlock(state, phase, chunk, at)
  }
}

function takeBlock(
  state: State,
  phase: Extract<Phase, { kind: 'header' | 'slots' | 'sparse-head' }>,
  chunk: Buffer,
  at: number,
): number {
  const missing = blockSize - state.heldLength
  const taken = Math.min(missing, chunk.length - at)
  let block: Buffer
  if (taken === blockSize) {
    block = chunk.subarray(at, at + blockSize)
  } else {
    chunk.copy(state.held, state.heldLength, at, at + taken)
    state.heldLength += taken
    if (state.heldLength < blockSize) return taken
    state.heldLength = 0
    block = state.held
  }
  const offset = state.offset + taken - blockSize
  if (phase.kind === 'header') onHeader(state, block, offset)
  else if (phase.kind === 'slots') onSlots(state, phase, block, offset)
  else onSparseHead(state, phase, block, offset)
  return taken
}

function onHeader(state: State, block: Buffer, offset: number): void {
  const raw = decodeHeaderBlock(block, offset)
  if (raw === undefined) {
    if (state.zeroBlock) state.phase = { kind: 'ended' }
    state.zeroBlock = true
    return
  }
  if (state.zeroBlock) throw badArchive('a member follows a zero block', offset)
  if (raw.size < 0) throw badArchive('a size is negative', offset)
  if (raw.type === 'x' || raw.type === 'g' || raw.type === 'L' || raw.type === 'K' || raw.type === 'X') {
    if (raw.size > maxSpecial) throw badArchive('an extended header is longer than 1 MiB', offset)
    state.phase = { kind: 'special', type: raw.type, size: raw.size, parts: [], have: 0 }
    if (raw.size === 0) onSpecial(state, raw.type, Buffer.alloc(0), offset)
  } else if (raw.type === 'V') {
    state.phase = skipping(raw.size + tarPadding(raw.size), header)
  } else if (raw.type === 'S') {
    const runs = decodeSparseSlots(block, 386, 4, offset)
    const size = numberField(block, 483, 12, offset)
    if (block[482] !== 0) state.phase = { kind: 'slots', header: raw, runs, size }
    else begin(state, raw, offset, { runs, size })
  } else {
    begin(state, raw, offset, undefined)
  }
}

function onSlots(state: State, phase: Extract<Phase, { kind: 'slots' }>, block: Buffer, offset: number): void {
  phase.runs.push(...decodeSparseSlots(block, 0, 21, offset))
  if (phase.runs.length > maxRuns) throw badArchive('a sparse map is too long', offset)
  if (block[504] === 0) begin(state, phase.header, offset, { runs: phase.runs, size: phase.size })
}

function takeSpecial(state: State, phase: Extract<Phase, { kind: 'special' }>, chunk: Buffer, at: number): number {
  const taken = Math.min(phase.size - phase.have, chunk.length - at)
  phase.parts.push(Buffer.from(chunk.subarray(at, at + taken)))
  phase.have += taken
  if (phase.have === phase.size)
    onSpecial(state, phase.type, Buffer.concat(phase.parts), state.offset - phase.have + taken)
  return taken
}

function onSpecial(state: State, type: string, body: Buffer, offset: number): void {
  state.phase = skipping(tarPadding(body.length), header)
  if (type === 'g') state.global = [...state.global, ...decodePaxRecords(body, offset)]
  else if (type === 'L') state.pending = { ...state.pending, longName: untilNul(body) }
  else if (type === 'K') state.pending = { ...state.pending, longLink: untilNul(body) }
  else state.pending = { ...state.pending, records: [...state.pending.records, ...decodePaxRecords(body, offset)] }
}

function begin(
  state: State,
  raw: RawHeader,
  offset: number,
  gnu: { runs: readonly SparseRun[]; size: number } | undefined,
): void {
  const { global, pending } = state
  const extensions = global.length === 0 ? pending : { ...pending, records: [...global, ...pending.records] }
  const member = resolveMember(raw, extensions, offset)
  state.pending = nothing
  const entry = gnu === undefined ? member.entry : { ...member.entry, size: gnu.size }
  const marked = state.literal && !isNameless(entry) ? { kind: 'entry' as const, entry } : mapWhiteout(entry, offset)
  const isFile = marked.kind === 'entry' && marked.entry.kind === 'file'
  if (marked.kind === 'entry') state.handler.entry(marked.entry)
  else if (marked.kind === 'opaque') state.handler.opaque(marked.path)
  const content: Content = {
    left: member.stored,
    padding: tarPadding(member.stored),
    size: entry.size,
    silent: !isFile,
    entry,
    runs: gnu?.runs ?? member.sparse?.runs,
    run: 0,
    position: 0,
  }
  if (content.runs !== undefined) checkSparse(content.runs, content.left, content.size, offset)
  if (member.sparse !== undefined && member.sparse.runs === undefined) {
    state.phase = { kind: 'sparse-head', content, prefix: { parts: [], lines: 0 }, size: 0 }
  } else if (content.left > 0) {
    state.phase = { kind: 'content', content }
  } else {
    finish(state, content)
  }
}

function onSparseHead(
  state: State,
  phase: Extract<Phase, { kind: 'sparse-head' }>,
  block: Buffer,
  offset: number,
): void {
  const { content } = phase
  phase.size += blockSize
  if (phase.size > content.left) throw badArchive('a sparse map is longer than its file', offset)
  const runs = addSparseBlock(phase.prefix, block, offset)
  if (runs === undefined) return
  content.left -= phase.size
  content.runs = runs
  checkSparse(runs, content.left, content.size, offset)
  if (content.left > 0) state.phase = { kind: 'content', content }
  else finish(state, content)
}

function takeContent(state: State, content: Content, chunk: Buffer, at: number): number {
  const taken = Math.min(content.left, chunk.length - at)
  content.left -= taken
  if (!content.silent) emit(state.handler, content, chunk.subarray(at, at + taken))
  if (content.left === 0) finish(state, content)
  return taken
}

function emit(handler: TarHandler, content: Content, bytes: Buffer): void {
  if (content.runs === undefined) return handler.data(bytes)
  let at = 0
  while (at < bytes.length) {
    const run = content.runs[content.run] as SparseRun
    if (content.position < run.offset) {
      handler.hole(run.offset - content.position)
      content.position = run.offset
    }
    const taken = Math.min(run.offset + run.length - content.position, bytes.length - at)
    if (taken > 0) handler.data(bytes.subarray(at, at + taken))
    at += taken
    content.position += taken
    if (content.position === run.offset + run.length) content.run += 1
  }
}

function finish(state: State, content: Content): void {
  if (!content.silent) {
    if (content.runs !== undefined && content.position < content.size)
      state.handler.hole(content.size - content.position)
    state.handler.end()
  }
  state.phase = skipping(content.padding, header)
}

function skipping(left: number, next: Phase): Phase {
  return left === 0 ? next : { kind: 'skip', left, next }
}

function untilNul(body: Buffer): Buffer {
  const end = body.indexOf(0)
  return end < 0 ? body : body.subarray(0, end)
}
