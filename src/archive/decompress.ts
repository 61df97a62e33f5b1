import * as zlib from 'node:zlib'
import { SlipwayError } from '../core/index.ts'
import { type Compression, detectCompression } from './compression.ts'

export type Bytes = AsyncIterable<Uint8Array>

/** Looks at the first bytes of a stream and hands it back whole. */
export async function sniffCompression(
  chunks: Bytes,
): Promise<{ readonly compression: Compression; readonly chunks: Bytes }> {
  const iterator = chunks[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let length = 0
  while (length < 6) {
    const next = await iterator.next()
    if (next.done === true) break
    head.push(next.value)
    length += next.value.length
  }
  return { compression: detectCompression(Buffer.concat(head)), chunks: rejoin(head, iterator) }
}

/**
 * The uncompressed bytes of a gzip (all members) or zstd stream, with bounded memory. Throws SlipwayError `bad-archive`
 * for damaged or truncated data; the checksum inside zstd frames is only checked where Node brings its own zstd, so compare
 * a digest of the result. bzip2 and xz are not here: nothing in Node decodes them, see the layer store.
 */
export function decompress(chunks: Bytes, compression: 'none' | 'gzip' | 'zstd'): Bytes {
  if (compression === 'none') return chunks
  if (compression === 'gzip') return through(chunks, zlib.createGunzip({ chunkSize: outputSize }), 'gzip')
  const builtIn = (zlib as { readonly createZstdDecompress?: (options: object) => zlib.Gunzip }).createZstdDecompress
  return builtIn === undefined ? unzstd(chunks) : through(chunks, builtIn({ chunkSize: outputSize }), 'zstd')
}

/** Large pieces: each costs a trip through the thread pool, which is 15 % of the time of unpacking at 256 KiB. */
const outputSize = 1 << 20

async function* rejoin(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* head
    for (;;) {
      const next = await rest.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await rest.return?.()
  }
}

async function* through(chunks: Bytes, codec: zlib.Gunzip, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  let failure: { readonly cause: unknown } | undefined
  const feeding = feed(chunks, codec).catch((cause: unknown) => {
    failure = { cause }
    codec.destroy()
  })
  try {
    for await (const chunk of codec) yield chunk as Uint8Array
  } catch (cause) {
    // When the source fails, the codec only reports that it was cut off.
    throw failure === undefined ? damaged(name, cause) : failure.cause
  } finally {
    codec.destroy()
    await feeding
  }
}

async function feed(chunks: Bytes, codec: zlib.Gunzip): Promise<void> {
  for await (const chunk of chunks) {
    if (codec.destroyed) return
    if (!codec.write(chunk)) await drained(codec)
  }
  codec.end()
}

function drained(codec: zlib.Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      codec.off('drain', done).off('close', done)
      resolve()
    }
    codec.on('drain', done).on('close', done)
  })
}

async function* unzstd(chunks: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const codec = new Decompress((chunk) => ready.push(chunk))
  const push = (chunk: Uint8Array, last: boolean) => {
    try {
      codec.push(chunk, last)
    } catch (cause) {
      throw damaged('zstd', cause)
    }
  }
  for await (const chunk of chunks) {
    push(chunk, false)
    yield* ready
    ready = []
  }
  push(new Uint8Array(0), true)
  yield* ready
}

function damaged(name: string, cause: unknown): SlipwayError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new SlipwayError('bad-archive', `the ${name} data is damaged: ${reason}`, { cause })
}
