import { createHash } from 'node:crypto'
import { entryLimiter, unpackLimit } from '../../adapters/layer-store/index.ts'
import { type Compression, decompress, readTar, sniffCompression } from '../../archive/index.ts'
import { type Digest, digestFromHex, SlipwayError } from '../../core/index.ts'

type Bytes = AsyncIterable<Uint8Array>

export interface MeasuredBlob {
  readonly digest: Digest
  readonly size: number
}

export interface MeasuredLayer extends MeasuredBlob {
  readonly compression: Compression
  /** Of the uncompressed archive. */
  readonly diffId: Digest
  readonly entries: number
}

/** Reads a blob to its end. Rejects as reading it does. */
export async function measureBlob(bytes: Bytes): Promise<MeasuredBlob> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    size += chunk.length
  }
  return { digest: digestFromHex(hash.digest('hex')), size }
}

/**
 * Reads a layer to its end, unpacking it in memory. Rejects for one that does not unpack to an archive, or to more than what a
 * blob of `declared` bytes may.
 */
export async function measureLayer(bytes: Bytes, declared: number): Promise<MeasuredLayer> {
  const [packed, plain] = [createHash('sha256'), createHash('sha256')]
  let size = 0
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of bytes) {
      packed.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  const { compression, chunks } = await sniffCompression(counted())
  if (compression !== 'none' && compression !== 'gzip' && compression !== 'zstd')
    throw new SlipwayError('bad-archive', `it is compressed with ${compression}, which images never are`)
  const unpacked = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of decompress(chunks, compression)) {
      plain.update(chunk)
      yield chunk
    }
  }
  const limiter = entryLimiter(unpackLimit(declared))
  let entries = 0
  for await (const event of readTar(unpacked())) {
    if (event.kind !== 'entry') continue
    limiter(event.entry)
    entries += 1
  }
  return {
    digest: digestFromHex(packed.digest('hex')),
    size,
    compression,
    diffId: digestFromHex(plain.digest('hex')),
    entries,
  }
}
