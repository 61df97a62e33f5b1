import { decompressed } from '../../adapters/layer-store/index.ts'
import { type Bytes, isTarHeader } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

const block = 512

/**
 * Whether a file is a tar, compressed or not, as ADD decides it: by its content, never by its name. A compressed file of
 * anything else is no tar. Rejects only when reading fails.
 */
export async function looksLikeTar(open: () => Bytes): Promise<boolean> {
  const head = await firstBlock(open())
  return head !== undefined && isTarHeader(head)
}

/** The first header of the tar that the stream would be; undefined when it is too short or not what its magic number says. */
async function firstBlock(chunks: Bytes): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of decompressed(chunks)) {
      parts.push(chunk)
      length += chunk.length
      if (length >= block) break
    }
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'bad-archive') return undefined
    throw error
  }
  return length < block ? undefined : Buffer.concat(parts).subarray(0, block)
}
