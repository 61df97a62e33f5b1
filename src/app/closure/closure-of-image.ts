import { Worker } from 'node:worker_threads'
import { programFile } from '../program-files.ts'
import { type KnownClosure, knownClosure, type LayeredImage, rememberClosure } from './closure-memo.ts'

/**
 * What an image of the store needs to start and lacks, from memory or looked for now in a thread. Layers have to be unpacked. Rejects
 * with what the thread fails with, and with the reason of `signal`.
 */
export async function closureOfImage(root: string, image: LayeredImage, signal: AbortSignal): Promise<KnownClosure> {
  const known = knownClosure(root, image)
  if (known !== undefined) return known
  const found = await findInThread(root, image, signal)
  rememberClosure(root, image, found)
  return found
}

async function findInThread(root: string, image: LayeredImage, signal: AbortSignal): Promise<KnownClosure> {
  signal.throwIfAborted()
  const worker = new Worker(programFile('closure-thread'))
  let stop = (): void => {}
  try {
    return await new Promise<KnownClosure>((resolve, reject) => {
      stop = () => reject(signal.reason as Error)
      signal.addEventListener('abort', stop)
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the thread that follows the image has ended')))
      const { platform, config, layers } = image
      worker.postMessage({ root, image: { platform, config, layers: layers.map(({ id }) => ({ id })) } })
    })
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
