/** Reads a content that can only be read from its start, part after part without starting over where that can be avoided. */
export interface BlobReader {
  read(from: number, length: number): AsyncGenerator<Uint8Array, void, undefined>
  close(): Promise<void>
}

export function createBlobReader(open: () => AsyncIterable<Uint8Array>): BlobReader {
  let content: AsyncIterator<Uint8Array> | undefined
  let position = 0
  let rest: Uint8Array = new Uint8Array(0)
  const close = async (): Promise<void> => {
    await content?.return?.()
    content = undefined
  }
  /** At most `limit` bytes; none at the end. */
  const take = async (limit: number): Promise<Uint8Array> => {
    while (rest.length === 0) {
      const { done, value } = (await content?.next()) ?? { done: true }
      if (done === true) return rest
      rest = value
    }
    const piece = rest.subarray(0, limit)
    rest = rest.subarray(piece.length)
    position += piece.length
    return piece
  }
  return {
    close,
    async *read(from, length) {
      if (content === undefined || position !== from) {
        await close()
        content = open()[Symbol.asyncIterator]()
        position = 0
        rest = new Uint8Array(0)
      }
      while (position < from) if ((await take(from - position)).length === 0) return
      for (let left = length; left > 0; ) {
        const piece = await take(left)
        if (piece.length === 0) return
        left -= piece.length
        yield piece
      }
    },
  }
}
