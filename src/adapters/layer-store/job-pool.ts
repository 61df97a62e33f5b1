import { Worker } from 'node:worker_threads'
import type { Bytes } from '../../archive/index.ts'
import { fromPlainError, type PlainError, SlipwayError } from '../../core/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { type LayerJob, runLayerJob } from './layer-jobs.ts'
import type { Progress } from './progress.ts'

export type ToWorker =
  | { readonly type: 'job'; readonly job: LayerJob }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }

export type FromWorker =
  /** The thread has loaded what is not JavaScript. */
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly layer: LayerRef | undefined }
  | { readonly type: 'failed'; readonly error: PlainError }
  | { readonly type: 'progress'; readonly current: number; readonly total: number | undefined }
  | { readonly type: 'taken'; readonly bytes: number }

export interface RunOptions {
  readonly chunks?: Bytes
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/** Runs layer jobs, by default in worker threads. An aborted job is stopped hard; its build directory stays for the sweep. */
export interface JobPool {
  run(job: LayerJob, options: RunOptions): Promise<LayerRef | undefined>
  /** Starts the first thread, so that the next job finds it. */
  warm(): void
  close(): Promise<void>
}

/** Compressed bytes on their way to a worker. */
const window = 8 << 20

/**
 * A pool of up to `size` threads that run `script` (the bundled `layer-thread.ts`); they start when needed and do not keep
 * the process alive. Without a script the jobs run in the calling thread, one after the other.
 */
export function createJobPool(script: string | URL | undefined, size: number): JobPool {
  if (script === undefined) return inlinePool()
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const waiting: ((worker: Worker) => void)[] = []
  const ready = new WeakMap<Worker, Promise<void>>()
  const stopping = new Set<Promise<void>>()
  const start = (): Worker => {
    const worker = new Worker(script)
    ready.set(worker, untilReady(worker))
    worker.unref()
    all.add(worker)
    return worker
  }
  // A thread that is stopped while it loads koffi takes the process with it (napi_throw without a way back).
  const stop = (worker: Worker): void => {
    worker.ref()
    const stopped = (ready.get(worker) ?? Promise.resolve()).then(async () => void (await worker.terminate()))
    stopping.add(stopped)
    void stopped.finally(() => stopping.delete(stopped))
  }
  const acquire = async (): Promise<Worker> =>
    idle.pop() ?? (all.size < size ? start() : new Promise<Worker>((resolve) => waiting.push(resolve)))
  const release = (worker: Worker, usable: boolean): void => {
    if (!usable) {
      all.delete(worker)
      stop(worker)
    }
    const next = waiting.shift()
    if (next !== undefined) next(usable ? worker : start())
    else if (usable) idle.push(worker)
  }
  return {
    run: async (job, options) => {
      const worker = await acquire()
      let usable = false
      try {
        const layer = await runIn(worker, job, options)
        usable = true
        return layer
      } catch (error) {
        usable = error instanceof JobFailure
        throw error instanceof JobFailure ? fromPlainError(error.plain) : error
      } finally {
        release(worker, usable)
      }
    },
    warm: () => {
      if (all.size === 0) idle.push(start())
    },
    close: async () => {
      for (const worker of all) stop(worker)
      all.clear()
      await Promise.all(stopping)
    },
  }
}

function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.on('message', ({ type }: FromWorker) => type === 'ready' && resolve())
    worker.once('error', () => resolve())
    worker.once('exit', () => resolve())
  })
}

/** The job failed but its worker is fine. */
class JobFailure extends Error {
  readonly plain: PlainError

  constructor(plain: PlainError) {
    super(plain.message)
    this.plain = plain
  }
}

function runIn(worker: Worker, job: LayerJob, { chunks, progress, signal }: RunOptions): Promise<LayerRef | undefined> {
  const send = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)
  const flow = createFlow()
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      signal?.removeEventListener('abort', onAbort)
      worker.unref()
      flow.stop()
      finish()
    }
    const onMessage = (message: FromWorker): void => {
      if (message.type === 'progress') progress?.(message.current, message.total)
      else if (message.type === 'taken') flow.taken(message.bytes)
      else if (message.type === 'done') settle(() => resolve(message.layer))
      else if (message.type === 'failed') settle(() => reject(new JobFailure(message.error)))
    }
    const onError = (cause: unknown): void => settle(() => reject(cause))
    const onExit = (): void =>
      settle(() => reject(new SlipwayError('internal', 'a layer worker ended in the middle of its job')))
    const onAbort = (): void => settle(() => reject(new SlipwayError('cancelled', 'the build was cancelled')))
    if (signal?.aborted === true) {
      onAbort()
      return
    }
    worker.ref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    signal?.addEventListener('abort', onAbort)
    send({ type: 'job', job })
    if (chunks === undefined) return
    feed(chunks, send, flow).catch((cause: unknown) => settle(() => reject(cause)))
  })
}

interface Flow {
  readonly stopped: boolean
  sent(bytes: number): Promise<void>
  taken(bytes: number): void
  stop(): void
}

/** Keeps at most a window of bytes between the threads. */
function createFlow(): Flow {
  let under = 0
  let stopped = false
  let wake: (() => void) | undefined
  return {
    get stopped() {
      return stopped
    },
    sent: async (bytes) => {
      under += bytes
      while (under > window && !stopped) await new Promise<void>((resolve) => (wake = resolve))
    },
    taken: (bytes) => {
      under -= bytes
      wake?.()
    },
    stop: () => {
      stopped = true
      wake?.()
    },
  }
}

async function feed(
  chunks: Bytes,
  send: (message: ToWorker, transfer?: ArrayBuffer[]) => void,
  flow: Flow,
): Promise<void> {
  for await (const chunk of chunks) {
    if (flow.stopped) return
    // A copy of its own: buffers of Node often share one block of memory, which must not be handed away.
    const bytes = Uint8Array.from(chunk)
    const { length } = bytes
    send({ type: 'chunk', bytes }, [bytes.buffer])
    await flow.sent(length)
  }
  if (!flow.stopped) send({ type: 'end' })
}

function inlinePool(): JobPool {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: (job, { chunks, progress, signal }) => {
      const context = { ...(chunks === undefined ? {} : { chunks }), ...(progress === undefined ? {} : { progress }) }
      const next = last.then(() => {
        if (signal?.aborted === true) throw new SlipwayError('cancelled', 'the build was cancelled')
        return runLayerJob(job, context)
      })
      last = next.catch(() => {})
      return next
    },
    warm: () => {},
    close: () => Promise.resolve(),
  }
}
