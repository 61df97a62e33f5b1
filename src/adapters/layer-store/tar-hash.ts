import { createHash } from 'node:crypto'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { type Digest, digestFromHex } from '../../core/index.ts'

/** Size of the reads and hash updates. Larger pieces do not get faster, smaller ones do get slower. */
export const pieceSize = 1 << 20

/** Hashes the tar stream of a layer as its entries are met, without making the stream. */
export interface TarHash {
  entry(entry: LayerEntry): void
  /** Content of the last file. */
  content(chunk: Uint8Array): void
  /** Ends the content of a file of this size. */
  endFile(size: number): void
  finish(): { readonly diffId: Digest; readonly size: number }
}

export function createTarHash(): TarHash {
  const hash = createHash('sha256')
  // Headers and small files are gathered: a hash update costs 1 us however little it gets.
  const buffer = Buffer.allocUnsafe(1 << 17)
  let filled = 0
  let size = 0
  const add = (bytes: Uint8Array): void => {
    size += bytes.length
    if (bytes.length > buffer.length - filled) {
      hash.update(buffer.subarray(0, filled))
      filled = 0
      if (bytes.length > buffer.length / 2) {
        hash.update(bytes)
        return
      }
    }
    buffer.set(bytes, filled)
    filled += bytes.length
  }
  return {
    entry: (entry) => add(encodeTarHeader(entry)),
    content: add,
    endFile: (length) => add(zeros.subarray(0, tarPadding(length))),
    finish: () => {
      add(endOfArchive)
      hash.update(buffer.subarray(0, filled))
      return { diffId: digestFromHex(hash.digest('hex')), size }
    },
  }
}

const zeros = new Uint8Array(512)
