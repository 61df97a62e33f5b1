import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Bytes that the worker sends: `start` asks it to connect to the Unix socket of this path. Ends when the worker has answered;
 * `answered` is told what.
 */
export async function* receiveFromWorker<T>(
  start: (socket: string) => Promise<T>,
  answered: (answer: T) => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { file, server, connected, close } = await listen()
  try {
    const sent = start(file)
    // A worker that fails before it connects must not leave us waiting.
    const socket = await Promise.race([connected, sent.then(() => connected)])
    server.close()
    yield* socket as AsyncIterable<Uint8Array>
    answered(await sent)
  } finally {
    close()
  }
}

/** Sends bytes to the worker the same way; returns what it answered. */
export async function sendToWorker<T>(
  bytes: AsyncIterable<Uint8Array>,
  start: (socket: string) => Promise<T>,
): Promise<T> {
  const { file, connected, close } = await listen()
  try {
    const answer = start(file)
    const socket = await Promise.race([connected, answer.then(() => connected)])
    const sent = pipeline(Readable.from(bytes, { objectMode: false }), socket)
    const [first] = await Promise.allSettled([sent, answer])
    // What the worker says of bytes that never came is not the reason.
    if (first.status === 'rejected' && !isBrokenPipe(first.reason)) throw first.reason
    return await answer
  } finally {
    close()
  }
}

function isBrokenPipe(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
}

interface Listening {
  readonly file: string
  readonly server: Server
  readonly connected: Promise<Socket>
  close(): void
}

/** In a directory of our own, because a socket's path may have 107 bytes only and the store's can be longer. */
async function listen(): Promise<Listening> {
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-'))
  const file = path.join(directory, 'stream')
  const server = createServer()
  const connected = new Promise<Socket>((resolve, reject) => server.once('connection', resolve).once('error', reject))
  await new Promise<void>((resolve) => server.listen(file, resolve))
  const close = (): void => {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  }
  return { file, server, connected, close }
}
