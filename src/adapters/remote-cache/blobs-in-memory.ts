import { digestOf } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { RemoteBlob, RemoteCache } from './remote-cache.ts'

/** Bytes as a blob. */
export function blobInMemory(bytes: Uint8Array, mediaType: string): RemoteBlob {
  return {
    descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length },
    async *open() {
      yield bytes
    },
  }
}

/** The whole of a blob; undefined when the place has other bytes than its size and its digest say. Rejects as the place does. */
export async function readIntoMemory(
  cache: Pick<RemoteCache, 'read'>,
  blob: Descriptor,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of cache.read(blob, signal)) {
    size += chunk.length
    if (size > blob.size) break
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  return size === blob.size && digestOf(bytes) === blob.digest ? bytes : undefined
}
