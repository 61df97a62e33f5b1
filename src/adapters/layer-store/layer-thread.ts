import { type MessagePort, parentPort } from 'node:worker_threads'
import { toPlainError } from '../../core/index.ts'
import type { FromWorker, ToWorker } from './job-pool.ts'
import { runLayerJob } from './layer-jobs.ts'
import { openPosix } from './open-posix.ts'

/** The thread side of the job pool: one job at a time, its chunks as a stream. */
function serve(port: MessagePort): void {
  const send = (message: FromWorker) => port.postMessage(message)
  let inbox = createInbox(send)
  port.on('message', (message: ToWorker) => {
    if (message.type !== 'job') {
      inbox.add(message)
      return
    }
    inbox = createInbox(send)
    const progress = (current: number, total?: number) => send({ type: 'progress', current, total })
    runLayerJob(message.job, { chunks: inbox.chunks(), progress }).then(
      (layer) => send({ type: 'done', layer }),
      (error: unknown) => send({ type: 'failed', error: toPlainError(error) }),
    )
  })
}

function createInbox(send: (message: FromWorker) => void): {
  readonly add: (message: ToWorker) => void
  readonly chunks: () => AsyncGenerator<Uint8Array, void, undefined>
} {
  const queue: ToWorker[] = []
  let wake: (() => void) | undefined
  return {
    add: (message) => {
      queue.push(message)
      wake?.()
    },
    chunks: async function* () {
      for (;;) {
        const message = queue.shift()
        if (message === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        } else if (message.type === 'chunk') {
          send({ type: 'taken', bytes: message.bytes.length })
          yield message.bytes
        } else {
          return
        }
      }
    },
  }
}

if (parentPort !== null) {
  const port = parentPort
  serve(port)
  const ready = (): void => port.postMessage({ type: 'ready' } satisfies FromWorker)
  openPosix().then(ready, ready)
}
