import { spawnInNamespaces } from '../../adapters/runtime/index.ts'
import { type CallOptions, createWorkerClient } from '../worker/client.ts'
import type { WorkerConfig, WorkerMethods } from '../worker/worker-methods.ts'
import { programFile } from '../program-files.ts'

/** Calls a method of the worker; the worker starts with the first call. */
export type CallWorker = <Name extends keyof WorkerMethods>(
  method: Name,
  params: WorkerMethods[Name]['params'],
  options?: CallOptions,
) => Promise<WorkerMethods[Name]['answer']>

export interface WorkerProcess {
  readonly call: CallWorker
  close(): Promise<void>
}

export interface WorkerStart {
  /** Asked for when the worker starts, not before: collecting the host's certificates takes 20 ms. */
  readonly config: () => Promise<WorkerConfig>
  readonly rootless: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** What could not be had of the wanted isolation, for people. */
  readonly onNote: (note: string) => void
}

export function createWorkerProcess(start: WorkerStart): WorkerProcess {
  const client = createWorkerClient(async () => {
    const script = programFile('worker')
    // The configuration is put together while the worker starts.
    const [{ child, notes }, config] = await Promise.all([
      spawnInNamespaces({ script, args: [], rootless: start.rootless, env: start.env }),
      start.config(),
    ])
    for (const note of notes) start.onNote(note)
    child.send(config)
    return child
  })
  return { call: (method, params, options) => client.call(method, params, options), close: () => client.close() }
}
