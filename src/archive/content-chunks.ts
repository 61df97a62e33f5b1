export interface ChunkSizes {
  /** Bytes that a chunk has at least, unless it is the last. */
  readonly smallest: number
  /** What chunks have on average, roughly; a power of two. */
  readonly usual: number
  readonly largest: number
}

/**
 * Cuts a stream where its content says so, not at fixed places: bytes that are put in or taken out change the chunks around them and no
 * others. The rolling hash is that of FastCDC (Xia et al., USENIX ATC 2016), with a strict mask before the usual size and
 * a lax one after it. Chunks are buffers of their own; joined they are the stream.
 */
export async function* cutByContent(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sizes: ChunkSizes,
): AsyncGenerator<Uint8Array> {
  const cutter = createCutter(sizes)
  const buffer = Buffer.allocUnsafe(sizes.largest)
  let filled = 0
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length; ) {
      const room = piece.subarray(at, at + sizes.largest - filled)
      buffer.set(room, filled)
      at += room.length
      filled += room.length
      for (let end = cutter.next(buffer, filled); end !== undefined; end = cutter.next(buffer, filled)) {
        yield Buffer.from(buffer.subarray(0, end))
        buffer.copyWithin(0, end, filled)
        filled -= end
        cutter.reset()
      }
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}

interface Cutter {
  /** The end of the chunk that begins at 0, when it lies in the first `length` bytes. Goes on where it stopped. */
  next(buffer: Uint8Array, length: number): number | undefined
  reset(): void
}

function createCutter({ smallest, usual, largest }: ChunkSizes): Cutter {
  const bits = Math.round(Math.log2(usual))
  const strict = topBits(bits + 2)
  const lax = topBits(bits - 2)
  let at = smallest
  let hash = 0
  return {
    next(buffer, length) {
      const end = Math.min(length, largest)
      for (; at < end; at += 1) {
        hash = ((hash << 1) + (gear[buffer[at] as number] as number)) | 0
        if ((hash & (at < usual ? strict : lax)) === 0) return at + 1
      }
      return length >= largest ? largest : undefined
    },
    reset() {
      at = smallest
      hash = 0
    },
  }
}

/** The bits that the longest part of the window has a say in. */
function topBits(count: number): number {
  return count <= 0 ? 0 : -1 << (32 - Math.min(count, 31))
}

/** A number for every byte, the same in every program that is to find the same chunks: from a generator of Marsaglia's. */
const gear = ((): Int32Array => {
  let state = 0x9e3779b9
  return Int32Array.from({ length: 256 }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state | 0
  })
})()
