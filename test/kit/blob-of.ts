import type { RemoteBlob } from '../../src/adapters/remote-cache/index.ts'
import { digestOf } from '../../src/core/index.ts'

/** Bytes as a blob that comes in pieces of an odd size. */
export function blobOf(bytes: Buffer): RemoteBlob {
  return {
    descriptor: { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length },
    async *open() {
      for (let at = 0; at < bytes.length; at += 65_537) yield bytes.subarray(at, at + 65_537)
    },
  }
}
