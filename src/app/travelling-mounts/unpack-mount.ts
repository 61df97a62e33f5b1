import { readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { extractTar } from '../../adapters/context/index.ts'
import { SlipwayError } from '../../core/index.ts'

/** A directory that is to get the content that the tar at the Unix socket `socket` holds. */
export interface UnpackMountJob {
  /** Empty. */
  readonly directory: string
  readonly socket: string
  /** Bytes of the tar. */
  readonly size: number
}

/** Fills the directory of a new cache, all of it or not at all; nothing is written outside of it whatever the tar says. */
export async function unpackMount(
  { directory, socket, size }: UnpackMountJob,
  signal: AbortSignal,
): Promise<Record<string, never>> {
  const connection = connect({ path: socket, signal })
  try {
    await extractTar(wholly(connection as AsyncIterable<Uint8Array>, size), directory)
    return {}
  } catch (error) {
    for (const name of readdirSync(directory)) rmSync(path.join(directory, name), { recursive: true, force: true })
    throw error
  } finally {
    connection.destroy()
  }
}

/** A connection that breaks looks like one that ends. */
async function* wholly(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let received = 0
  for await (const piece of bytes) {
    received += piece.length
    yield piece
  }
  if (received !== size) throw new SlipwayError('bad-archive', `the archive has ${received} bytes instead of ${size}`)
}
