import { spawn } from 'node:child_process'
import * as zlib from 'node:zlib'
import { defaultGzipLevel, gzip } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { LayerFormat } from './compression-options.ts'

type Bytes = AsyncIterable<Uint8Array>

/** Turns the tar of a layer into its blob. Equal input and equal `form` must give equal bytes. */
export interface Compressor {
  /** Names the bytes it makes: compression, level and who does it. */
  readonly form: string
  /** `processors` is asked again and again how many may be used at the same time, where more than one can be. */
  compress(bytes: Bytes, processors?: () => number): Bytes
}

/** Undefined for `uncompressed`. zstd comes from Node where it has it, else from the program of that name. */
export function compressorFor(format: LayerFormat, level: number | undefined): Compressor | undefined {
  switch (format) {
    case 'uncompressed':
      return undefined
    case 'gzip':
      return gzipAt(level ?? defaultGzipLevel)
    case 'zstd':
      return zstd(Math.max(1, level ?? 3))
  }
}

function gzipAt(level: number): Compressor {
  return {
    form: `gzip-${level}`,
    compress: (bytes, processors) =>
      gzip(bytes, { level, ...(processors === undefined ? {} : { concurrency: processors }) }),
  }
}

function zstd(level: number): Compressor {
  const { createZstdCompress: create, constants } = zlib as {
    readonly createZstdCompress?: (options: object) => zlib.Gzip
    readonly constants: { readonly ZSTD_c_compressionLevel?: number }
  }
  const parameter = constants.ZSTD_c_compressionLevel
  if (create === undefined || parameter === undefined)
    return { form: `zstd-${level}-program`, compress: (bytes) => zstdProgram(bytes, level) }
  return { form: `zstd-${level}`, compress: (bytes) => through(bytes, create({ params: { [parameter]: level } })) }
}

async function* zstdProgram(bytes: Bytes, level: number): AsyncGenerator<Uint8Array, void, undefined> {
  // One thread: with more of them the bytes depend on the version of the program and the size of its jobs.
  const child = spawn('zstd', ['-q', '-c', '--single-thread', ...(level > 19 ? ['--ultra'] : []), `-${level}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(zstdMissing(cause)))
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new SlipwayError('internal', `zstd ended with code ${code}`)),
    )
  })
  ended.catch(() => {})
  const fed = feed(bytes, child.stdin)
  fed.catch(() => child.kill())
  try {
    yield* child.stdout
    await fed
    await ended
  } finally {
    child.kill()
  }
}

async function* through(bytes: Bytes, codec: zlib.Gzip): AsyncGenerator<Uint8Array, void, undefined> {
  const fed = feed(bytes, codec)
  fed.catch((error: unknown) => codec.destroy(error instanceof Error ? error : undefined))
  try {
    yield* codec
    await fed
  } finally {
    codec.destroy()
  }
}

/** Writes everything and ends the stream. A stream that closes early is no error here: its reader knows why. */
async function feed(bytes: Bytes, stream: NodeJS.WritableStream): Promise<void> {
  let closed = false
  const gone = new Promise<void>((resolve) => {
    const note = (): void => {
      closed = true
      resolve()
    }
    stream.on('error', note)
    stream.on('close', note)
  })
  for await (const chunk of bytes) {
    if (closed) return
    if (!stream.write(chunk)) await Promise.race([gone, new Promise<void>((resolve) => stream.once('drain', resolve))])
  }
  stream.end()
}

function zstdMissing(cause: unknown): SlipwayError {
  return new SlipwayError('unsupported', 'this Node cannot compress with zstd, and there is no zstd program', {
    cause,
    hint: 'install zstd, use Node 22.15 or later, or choose compression=gzip',
  })
}
