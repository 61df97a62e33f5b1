import type { ChildProcess } from 'node:child_process'
import { fromPlainError, SlipwayError } from '../../core/index.ts'
import type { FromWorker, WorkerNote } from './protocol.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onNote?: (note: WorkerNote) => void
}

export interface WorkerClient {
  call<R>(method: string, params: unknown, options?: CallOptions): Promise<R>
  close(): Promise<void>
}

interface Pending {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
  readonly onNote: ((note: WorkerNote) => void) | undefined
}

/** Speaks to a worker process that `start` creates at the first call. */
export function createWorkerClient(start: () => Promise<ChildProcess>): WorkerClient {
  let connecting: Promise<Connection> | undefined
  const connection = (): Promise<Connection> => (connecting ??= start().then(connect))
  return {
    async call(method, params, options = {}) {
      options.signal?.throwIfAborted()
      return (await connection()).call(method, params, options)
    },
    async close() {
      if (connecting === undefined) return
      await connecting.then((open) => open.close()).catch(() => {})
    },
  }
}

interface Connection {
  call<R>(method: string, params: unknown, options: CallOptions): Promise<R>
  close(): Promise<void>
}

async function connect(child: ChildProcess): Promise<Connection> {
  const pending = new Map<number, Pending>()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let serial = 0
  let closing = false
  await ready(child)
  child.on('message', (message: FromWorker) => dispatch(message, pending))
  void gone.then(() => {
    for (const waiting of pending.values()) waiting.reject(lost(child))
    pending.clear()
  })
  return {
    call<R>(method: string, params: unknown, { signal, onNote }: CallOptions): Promise<R> {
      if (closing || child.exitCode !== null) return Promise.reject(lost(child))
      const id = (serial += 1)
      const cancel = (): void => void child.send({ id, cancel: true }, () => {})
      signal?.addEventListener('abort', cancel, { once: true })
      return new Promise<R>((resolve, reject) => {
        pending.set(id, { resolve, reject, onNote })
        child.send({ id, method, params }, (error) => error !== null && reject(error))
      }).finally(() => signal?.removeEventListener('abort', cancel))
    },
    async close() {
      closing = true
      if (child.connected) child.disconnect()
      await gone
    },
  }
}

function dispatch(message: FromWorker, pending: Map<number, Pending>): void {
  if ('ready' in message) return
  const waiting = pending.get(message.id)
  if (waiting === undefined) return
  if ('note' in message) {
    waiting.onNote?.(message.note)
    return
  }
  pending.delete(message.id)
  if ('error' in message) waiting.reject(fromPlainError(message.error))
  else waiting.resolve(message.result as never)
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', () => reject(lost(child)))
    child.once('error', reject)
  })
}

function lost(child: ChildProcess): SlipwayError {
  const how = child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode
  return new SlipwayError('internal', `the build worker ended unexpectedly (${how})`, {
    hint: 'if the machine ran out of memory, build fewer stages at once with --max-parallelism',
  })
}
