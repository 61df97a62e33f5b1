import { createHash, type Hash, hash } from 'node:crypto'
import * as fs from 'node:fs'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding, writeTarHeader } from '../../archive/index.ts'
import { type Digest, digestFromHex, SlipwayError } from '../../core/index.ts'
import { pieceSize } from './tar-hash.ts'

/** Where the content of an entry is read from. */
export interface ContentSource {
  readonly handle: number
  /** Absent: from where the handle stands. */
  readonly offset?: number
}

export interface ContentFacts {
  readonly size: number
  readonly digest: Digest | undefined
}

/** A tar that is written to a file and hashed in the same pass. */
export interface TarFile {
  /** The header of an entry. Files are followed by their content. */
  entry(entry: LayerEntry): void
  /**
   * The content of the last file, of exactly `size` bytes. Gives its sha256, where it is not known already; undefined when
   * there are fewer bytes or more.
   */
  content(source: ContentSource, what: ContentFacts): Digest | undefined | Promise<Digest | undefined>
  bytes(content: Uint8Array): Digest
  /** Entries as another tar has them, from byte `start` to `end` of an open file. */
  range(handle: number, start: number, end: number): Promise<void>
  finish(): { readonly diffId: Digest; readonly size: number }
  /** Lets go of the file without finishing it. */
  abandon(): void
}

/**
 * Contents go through one buffer: the kernel copies them into it, and both hashes and the write take them from there. `turn` is
 * awaited after each piece of a content that is longer than the buffer.
 */
export function createTarFile(path: string, turn: () => Promise<void>): TarFile {
  const out: Output = {
    file: fs.openSync(path, 'wx', 0o600),
    hash: createHash('sha256'),
    piece: Buffer.allocUnsafeSlow(pieceSize),
    filled: 0,
    written: 0,
  }
  return {
    entry: (entry) => {
      const written = writeTarHeader(out.piece, out.filled, entry)
      if (written === undefined) put(out, encodeTarHeader(entry))
      else out.filled += written
    },
    content: (source, { size, digest }) =>
      size < pieceSize ? small(out, source, { size, digest }) : large(out, source, { size, turn }),
    bytes: (content) => {
      put(out, content)
      pad(out, content.length)
      return digestFromHex(hash('sha256', content))
    },
    range: (handle, start, end) => range(out, { handle, offset: start }, { size: end - start, turn }),
    finish: () => {
      put(out, endOfArchive)
      flush(out)
      fs.closeSync(out.file)
      return { diffId: digestFromHex(out.hash.digest('hex')), size: out.written }
    },
    abandon: () => fs.closeSync(out.file),
  }
}

interface Output {
  readonly file: number
  readonly hash: Hash
  readonly piece: Buffer
  /** Bytes of the piece that are to be written. */
  filled: number
  /** Bytes of the file. */
  written: number
}

function put(out: Output, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    if (out.filled === pieceSize) flush(out)
    const taken = Math.min(bytes.length - at, pieceSize - out.filled)
    out.piece.set(bytes.subarray(at, at + taken), out.filled)
    out.filled += taken
    at += taken
  }
}

function flush(out: Output): void {
  const bytes = out.piece.subarray(0, out.filled)
  out.hash.update(bytes)
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(out.file, bytes, at)
  out.written += bytes.length
  out.filled = 0
}

const zeros = new Uint8Array(512)

function pad(out: Output, size: number): void {
  put(out, zeros.subarray(0, tarPadding(size)))
}

/** A content that stands in the buffer as a whole. A file is asked for one byte more: a short read is its end, and saves a call. */
function small(
  out: Output,
  { handle, offset }: ContentSource,
  { size, digest: known }: ContentFacts,
): Digest | undefined {
  if (size >= pieceSize - out.filled) flush(out)
  const wanted = offset === undefined ? size + 1 : size
  const start = out.filled
  let done = 0
  while (done < wanted) {
    const position = offset === undefined ? null : offset + done
    const got = fs.readSync(handle, out.piece, start + done, wanted - done, position)
    done += got
    if (got === 0 || done === size) break
  }
  if (done !== size) return undefined
  out.filled = start + size
  const digest = known ?? digestFromHex(hash('sha256', out.piece.subarray(start, out.filled)))
  pad(out, size)
  return digest
}

interface Large {
  readonly size: number
  readonly turn: () => Promise<void>
}

async function range(out: Output, { handle, offset = 0 }: ContentSource, { size, turn }: Large): Promise<void> {
  for (let done = 0; done < size; ) {
    if (out.filled === pieceSize) {
      flush(out)
      await turn()
    }
    const wanted = Math.min(size - done, pieceSize - out.filled)
    const got = fs.readSync(handle, out.piece, out.filled, wanted, offset + done)
    if (got === 0) throw new SlipwayError('store-unusable', 'the tar of a stored layer is shorter than its index says')
    out.filled += got
    done += got
  }
}

async function large(
  out: Output,
  { handle, offset }: ContentSource,
  { size, turn }: Large,
): Promise<Digest | undefined> {
  const own = createHash('sha256')
  for (let done = 0; done < size; ) {
    if (out.filled === pieceSize) {
      flush(out)
      await turn()
    }
    const wanted = Math.min(size - done, pieceSize - out.filled)
    const got = fs.readSync(handle, out.piece, out.filled, wanted, offset === undefined ? null : offset + done)
    if (got === 0) return undefined
    own.update(out.piece.subarray(out.filled, out.filled + got))
    out.filled += got
    done += got
  }
  const ends = offset !== undefined || fs.readSync(handle, Buffer.allocUnsafe(1), 0, 1, null) === 0
  if (!ends) return undefined
  pad(out, size)
  return digestFromHex(own.digest('hex'))
}
