import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Bytes, decompress, detectCompression, isTarHeader } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

/** A stream that was looked at: an archive, as the bytes of a plain tar, or a text, whole. */
export type SniffedStream =
  | { readonly kind: 'tar'; readonly tar: Bytes }
  | { readonly kind: 'text'; readonly bytes: Uint8Array }

const blockSize = 512

/** A Dockerfile on standard input larger than this is a mistake: an archive that is not recognised. */
const textLimit = 32 * 1024 * 1024

/** Tells a tar (also compressed: gzip, bzip2, xz, zstd) from a Dockerfile by its first bytes. */
export async function sniffStream(chunks: Bytes): Promise<SniffedStream> {
  const iterator = chunks[Symbol.asyncIterator]()
  const head = await readHead(iterator)
  const whole = rejoin(head, iterator)
  const compression = detectCompression(head)
  if (compression === 'bzip2' || compression === 'xz') return { kind: 'tar', tar: throughProgram(whole, compression) }
  if (compression !== 'none') return { kind: 'tar', tar: decompress(whole, compression) }
  if (isTarHeader(head)) return { kind: 'tar', tar: whole }
  return { kind: 'text', bytes: await readText(whole) }
}

async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let length = 0; length < blockSize; ) {
    const next = await iterator.next()
    if (next.done === true) break
    parts.push(next.value)
    length += next.value.length
  }
  return Buffer.concat(parts)
}

async function* rejoin(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

async function readText(chunks: Bytes): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    length += chunk.length
    if (length > textLimit)
      throw new SlipwayError('usage', 'the input is neither an archive nor a Dockerfile: it is larger than 32 MiB')
  }
  return Buffer.concat(parts)
}

/** Node decodes neither bzip2 nor xz; every distribution has the programs. */
async function* throughProgram(chunks: Bytes, program: 'bzip2' | 'xz'): AsyncGenerator<Uint8Array> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const closed = new Promise<number>((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new SlipwayError(
          'unsupported',
          `the archive is compressed with ${program}, and the program ${program} is not installed`,
          { cause: error },
        ),
      ),
    )
    child.on('close', (code) => resolve(code ?? -1))
  })
  closed.catch(() => undefined)
  const fed = pipeline(Readable.from(chunks), child.stdin).catch(() => undefined)
  try {
    yield* child.stdout
    await fed
    if ((await closed) !== 0) throw new SlipwayError('bad-archive', `the archive is damaged: ${complaint.trim()}`)
  } finally {
    child.kill()
  }
}
