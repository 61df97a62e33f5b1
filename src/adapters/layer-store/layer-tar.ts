import * as fs from 'node:fs'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import { pieceSize } from './tar-hash.ts'

/** An entry and, for files, where its content lies on disk. */
export interface TarSource {
  readonly entry: LayerEntry
  readonly file?: string
}

/**
 * A tar archive of entries in the order given, in pieces of about 1 MiB. Each piece is fresh memory. Throws SlipwayError
 * `store-unusable` when a file is not as long as its entry says.
 */
export async function* tarOf(sources: Iterable<TarSource>): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = Buffer.allocUnsafeSlow(pieceSize)
  let filled = 0
  for (const part of partsOf(sources)) {
    for (let at = 0; at < part.length; ) {
      const taken = Math.min(part.length - at, pieceSize - filled)
      piece.set(part.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled < pieceSize) continue
      yield piece
      piece = Buffer.allocUnsafeSlow(pieceSize)
      filled = 0
    }
  }
  yield piece.subarray(0, filled)
}

/** Parts that are only valid until the next one. */
function* partsOf(sources: Iterable<TarSource>): Generator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(1 << 18)
  for (const { entry, file } of sources) {
    yield encodeTarHeader(entry)
    if (entry.kind !== 'file' || entry.size === 0) continue
    if (file === undefined) throw new SlipwayError('internal', `/${entry.path} has no content`)
    yield* contentOf(file, entry.size, buffer)
    yield padding.subarray(0, tarPadding(entry.size))
  }
  yield endOfArchive
}

const padding = new Uint8Array(512)

function* contentOf(file: string, size: number, buffer: Buffer): Generator<Uint8Array, void, undefined> {
  const handle = fs.openSync(fsPath(file), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  try {
    for (let left = size; left > 0; ) {
      const read = fs.readSync(handle, buffer, 0, Math.min(left, buffer.length), null)
      if (read === 0) throw new SlipwayError('store-unusable', `${file} is shorter than its layer promised`)
      yield buffer.subarray(0, read)
      left -= read
    }
  } finally {
    fs.closeSync(handle)
  }
}
