import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Bytes, decompress, sniffCompression } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

/**
 * The uncompressed bytes of a stream, by what its first bytes say. gzip and zstd are decoded here, xz and bzip2 by the
 * commands of that name. Throws SlipwayError `bad-archive` for damaged data, `unsupported` when a command is missing.
 */
export async function* decompressed(chunks: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const sniffed = await sniffCompression(chunks)
  const { compression } = sniffed
  if (compression === 'xz' || compression === 'bzip2') yield* throughCommand(sniffed.chunks, compression)
  else yield* decompress(sniffed.chunks, compression)
}

async function* throughCommand(chunks: Bytes, name: 'xz' | 'bzip2'): AsyncGenerator<Uint8Array, void, undefined> {
  const child = spawn(name, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const complaints: Buffer[] = []
  let failure: { readonly cause: unknown } | undefined
  const exited = new Promise<number | null>((resolve) => {
    child.on('error', (cause) => {
      failure ??= { cause: missing(name, cause) }
      resolve(null)
    })
    child.on('close', resolve)
  })
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  // EPIPE after the command gave up: its exit code tells why.
  child.stdin.on('error', () => {})
  const feeding = (async () => {
    for await (const chunk of chunks) {
      if (child.exitCode !== null || failure !== undefined) return
      if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), exited])
    }
    child.stdin.end()
  })().catch((cause: unknown) => {
    failure ??= { cause }
    child.kill()
  })
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array
    const code = await exited
    if (failure !== undefined) throw failure.cause
    if (code !== 0)
      throw new SlipwayError(
        'bad-archive',
        `the ${name} data is damaged: ${Buffer.concat(complaints).toString().trim()}`,
      )
  } finally {
    child.kill()
    await feeding
  }
}

function missing(name: string, cause: Error): SlipwayError {
  const hint = `install ${name === 'xz' ? 'xz-utils' : name}, or recompress the file with gzip or zstd`
  return new SlipwayError('unsupported', `unpacking ${name} data needs the ${name} command: ${cause.message}`, {
    hint,
    cause,
  })
}
