import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A file that is to be read, perhaps before all of it is there. */
export interface ArrivingFile {
  /** Its name once it is whole and checked. */
  readonly file: string
  /** Where it grows until then; may be gone already. */
  readonly draft?: string
}

/** How long to wait for more, in milliseconds: short beside a round trip of a download. */
export const patience = 5
const readSize = 1 << 20

/**
 * The content of a file, also while it is being written. Does not end before the file is there under its own name, so who
 * comes to the end has read checked bytes only. When the writer gives up it waits for ever: the reader has to be stopped.
 */
export async function* readArriving({ file, draft }: ArrivingFile): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0
  const rest = async function* (handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafeSlow(readSize), position })
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
  const growing = draft === undefined ? undefined : await openIfThere(draft)
  let whole: FileHandle | undefined
  try {
    while (whole === undefined) {
      if (growing !== undefined) yield* rest(growing)
      whole = draft === undefined ? await open(file) : await openIfThere(file)
      if (whole === undefined) await sleep(patience)
    }
    // Not the end of the draft: another process may have stored the same file first.
    yield* rest(whole)
  } finally {
    await Promise.all([growing?.close(), whole?.close()])
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw error
  }
}
