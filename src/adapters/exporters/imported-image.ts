import { createHash } from 'node:crypto'
import { decompress, sniffCompression } from '../../archive/index.ts'
import { type Digest, digestFromHex, SlipwayError } from '../../core/index.ts'
import type { Descriptor, ImageConfig, Manifest, Platform } from '../../oci/index.ts'

type Bytes = AsyncIterable<Uint8Array>

export interface ImportedLayer {
  readonly diffId: Digest
  /** The blob where the source has a manifest for it; docker's own archives have none. */
  readonly blob?: Descriptor
  /** The bytes as they are stored; rejects at the end when `blob` names others. */
  openBlob(): Bytes
  /** The uncompressed tar; rejects at the end when it is not what `diffId` names. */
  openTar(): Bytes
}

export interface ImportedImage {
  /** As the source writes them, full or familiar; possibly a tag alone. */
  readonly names: readonly string[]
  readonly platform: Platform
  readonly config: { readonly digest: Digest; readonly bytes: Uint8Array; readonly value: ImageConfig }
  readonly manifest?: { readonly descriptor: Descriptor; readonly bytes: Uint8Array; readonly value: Manifest }
  /** Lowest first. */
  readonly layers: readonly ImportedLayer[]
}

/** The uncompressed tar of a layer blob, checked against its diff id. */
export async function* tarOfLayer(blob: Bytes, diffId: Digest): AsyncGenerator<Uint8Array, void, undefined> {
  const { compression, chunks } = await sniffCompression(blob)
  if (compression !== 'none' && compression !== 'gzip' && compression !== 'zstd') {
    throw new SlipwayError('bad-archive', `layer ${diffId} is compressed with ${compression}, which images never are`)
  }
  yield* checked(decompress(chunks, compression), diffId, `layer ${diffId}`)
}

/** The bytes as they come; rejects at their end when they are not what the digest names. */
export async function* checked(
  bytes: Bytes,
  digest: Digest,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
  const found = digestFromHex(hash.digest('hex'))
  if (found !== digest) throw new SlipwayError('bad-archive', `${what} has the content ${found}`)
}
