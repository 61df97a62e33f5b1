import { toPlainError } from '../../core/index.ts'
import type { FromWorker, ToWorker, WorkerMethod } from './protocol.ts'

type Methods = Readonly<Record<string, WorkerMethod<never, unknown>>>

/**
 * Answers requests from the parent process until it goes away. As the worker is the first process of its pid namespace,
 * its exit ends every step and its mounts go with the mount namespace: nothing outlives a killed build.
 */
export function serve(methods: Methods): void {
  const running = new Map<number, AbortController>()
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message: ToWorker) => {
    if ('cancel' in message) running.get(message.id)?.abort()
    else void answer(methods, message, running)
  })
  send({ ready: true })
}

async function answer(
  methods: Methods,
  request: Extract<ToWorker, { method: string }>,
  running: Map<number, AbortController>,
): Promise<void> {
  const { id, method } = request
  const controller = new AbortController()
  running.set(id, controller)
  try {
    const handler = methods[method] as WorkerMethod<unknown, unknown> | undefined
    if (handler === undefined) throw new Error(`the worker has no method ${method}`)
    const result = await handler(request.params, { signal: controller.signal, note: (note) => send({ id, note }) })
    send({ id, result })
  } catch (error) {
    send({ id, error: toPlainError(error) })
  } finally {
    running.delete(id)
  }
}

function send(message: FromWorker): void {
  // A closed channel means that the parent is gone; `disconnect` ends this process then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
