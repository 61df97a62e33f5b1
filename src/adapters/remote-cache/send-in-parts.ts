import { createLimit } from '../../core/index.ts'

export interface Part {
  readonly bytes: Uint8Array
  /** From 1. */
  readonly number: number
  /** Of its first byte. */
  readonly start: number
}

/** Parts of one blob on their way; with as many blobs at once as caches send, memory stays far below 200 MiB. */
const parallelParts = 3

/**
 * Cuts bytes into parts of one size, the last may be shorter, and sends some of them at the same time: no further part is
 * read before there is room for it. The first failure ends the others. Returns what `send` said, in the order of parts.
 */
export async function sendInParts<T>(
  bytes: AsyncIterable<Uint8Array>,
  send: (part: Part, signal: AbortSignal) => Promise<T>,
  { size, signal }: { readonly size: number; readonly signal: AbortSignal },
): Promise<readonly T[]> {
  const limit = createLimit(parallelParts)
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const sent: Promise<T>[] = []
  for await (const part of parts(bytes, size)) {
    if (failed.signal.aborted) break
    await new Promise<void>((begun) => {
      const sending = limit(() => {
        begun()
        return send(part, either)
      })
      sending.catch((error: unknown) => failed.abort(error))
      sent.push(sending)
    })
  }
  await Promise.allSettled(sent)
  if (failed.signal.aborted) throw failed.signal.reason
  return Promise.all(sent)
}

async function* parts(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Part> {
  let pieces: Uint8Array[] = []
  let held = 0
  let number = 1
  const cut = (): Part => {
    const part = { bytes: Buffer.concat(pieces), number, start: (number - 1) * size }
    pieces = []
    held = 0
    number += 1
    return part
  }
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + size - held)
      pieces.push(piece)
      held += piece.length
      at += piece.length
      if (held === size) yield cut()
    }
  }
  if (held > 0) yield cut()
}
