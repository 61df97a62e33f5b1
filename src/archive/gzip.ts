import * as zlib from 'node:zlib'
import type { Bytes } from './decompress.ts'

/**
 * The level unless somebody asks for another. zlib's 5 makes layers that are no larger than those of docker and BuildKit, whose
 * own 6 is that of Go, in 0.8 of the time that zlib's 6 takes; see docs/adr/0031.
 */
export const defaultGzipLevel = 5

export interface GzipOptions {
  /** 0 (nothing is compressed) to 9; `defaultGzipLevel` when absent. */
  readonly level?: number
  /** Blocks compressed at the same time, each takes about 3 MiB; 4 when absent. A function is asked before each block. */
  readonly concurrency?: number | (() => number)
}

/**
 * Compresses to one gzip member (RFC 1952; no name, time 0, unknown system) in blocks of 1 MiB that run in parallel on
 * Node's thread pool. Each block is primed with the 32 KiB before it and ends on a byte border, so that the blocks join to
 * one stream. The bytes depend on the input, the level and the zlib inside Node, not on chunking or concurrency.
 */
export async function* gzip(chunks: Bytes, options: GzipOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  const level = options.level ?? defaultGzipLevel
  const { concurrency = 4 } = options
  const limit = (): number => Math.max(1, typeof concurrency === 'number' ? concurrency : concurrency())
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
  const running: Promise<Uint8Array>[] = []
  let previous: Uint8Array | undefined
  let size = 0
  let crc = 0
  let pending: Uint8Array | undefined
  const start = (block: Uint8Array, last: boolean) => {
    crc = zlib.crc32(block, crc)
    size += block.length
    const job = deflateBlock(block, { level, last, dictionary: previous?.subarray(-dictionarySize) })
    // A rejection is reported where the result is awaited; this keeps an abandoned one from ending the process.
    job.catch(() => {})
    running.push(job)
    previous = block
  }
  for await (const block of blocksOf(chunks)) {
    if (pending !== undefined) start(pending, false)
    pending = block
    while (running.length >= limit()) yield (await running.shift()) as Uint8Array
  }
  start(pending ?? new Uint8Array(0), true)
  for (const job of running) yield await job
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc, 0)
  trailer.writeUInt32LE(size % 2 ** 32, 4)
  yield trailer
}

const gzipBlock = 1 << 20
const dictionarySize = 1 << 15

/** Cuts a stream into blocks of exactly 1 MiB (the last may be shorter) that nobody else writes to. */
async function* blocksOf(chunks: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  let block = Buffer.allocUnsafeSlow(gzipBlock)
  let filled = 0
  for await (const chunk of chunks) {
    if (filled === 0 && chunk.length === gzipBlock) {
      yield chunk
      continue
    }
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(gzipBlock - filled, chunk.length - at)
      block.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled === gzipBlock) {
        yield block
        block = Buffer.allocUnsafeSlow(gzipBlock)
        filled = 0
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}

interface BlockOptions {
  readonly level: number
  readonly last: boolean
  readonly dictionary: Uint8Array | undefined
}

function deflateBlock(block: Uint8Array, { level, last, dictionary }: BlockOptions): Promise<Uint8Array> {
  const finishFlush = last ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH
  const options = { level, finishFlush, chunkSize: 1 << 18, ...(dictionary === undefined ? {} : { dictionary }) }
  return new Promise((resolve, reject) => {
    zlib.deflateRaw(block, options, (error: Error | null, result) => (error === null ? resolve(result) : reject(error)))
  })
}
