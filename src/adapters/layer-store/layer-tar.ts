import * as fs from 'node:fs'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { OpenContent } from './layer-contents.ts'
import { pieceSize } from './tar-hash.ts'

/** An entry and the way to its content. */
export interface TarSource {
  readonly entry: LayerEntry
  readonly open: () => OpenContent
}

/**
 * A tar archive of entries in the order given, in pieces of 1 MiB, the last one shorter. Each piece is fresh memory. Throws
 * SlipwayError `store-unusable` when a file is not as long as its entry says.
 */
export async function* tarOf(sources: Iterable<TarSource>): AsyncGenerator<Uint8Array, void, undefined> {
  const piece: Piece = { bytes: Buffer.allocUnsafeSlow(pieceSize), filled: 0 }
  for (const { entry, open } of sources) {
    yield* put(encodeTarHeader(entry), piece)
    if (entry.kind !== 'file' || entry.size === 0) continue
    yield* contentOf(entry, open(), piece)
    yield* put(padding.subarray(0, tarPadding(entry.size)), piece)
  }
  yield* put(endOfArchive, piece)
  yield piece.bytes.subarray(0, piece.filled)
}

/** The piece that is being filled. */
interface Piece {
  bytes: Buffer
  filled: number
}

const padding = new Uint8Array(512)

function* put(part: Uint8Array, piece: Piece): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < part.length; ) {
    const taken = Math.min(part.length - at, pieceSize - piece.filled)
    piece.bytes.set(part.subarray(at, at + taken), piece.filled)
    at += taken
    yield* advance(piece, taken)
  }
}

/** Reads a content into the pieces where they are: it is copied once, by the kernel. */
function* contentOf(
  { path, size }: LayerEntry,
  { handle, offset }: OpenContent,
  piece: Piece,
): Generator<Uint8Array, void, undefined> {
  try {
    for (let done = 0; done < size; ) {
      const wanted = Math.min(size - done, pieceSize - piece.filled)
      const read = fs.readSync(handle, piece.bytes, piece.filled, wanted, offset + done)
      if (read === 0) throw new SlipwayError('store-unusable', `/${path} is shorter than its layer promised`)
      done += read
      yield* advance(piece, read)
    }
  } finally {
    fs.closeSync(handle)
  }
}

function* advance(piece: Piece, by: number): Generator<Uint8Array, void, undefined> {
  piece.filled += by
  if (piece.filled < pieceSize) return
  yield piece.bytes
  piece.bytes = Buffer.allocUnsafeSlow(pieceSize)
  piece.filled = 0
}
