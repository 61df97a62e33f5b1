import type { PlainError } from '../../core/index.ts'
import type { CacheReport } from './cache-report.ts'

/**
 * Messages between the front process and the worker, over Node's IPC channel in its `advanced` serialization, so that
 * byte arrays and bigints travel as they are. One request, any number of notes, one answer.
 */
export type ToWorker =
  | { readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly id: number; readonly cancel: true }

export type FromWorker =
  | { readonly ready: true }
  | { readonly id: number; readonly note: WorkerNote }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PlainError }

export type WorkerNote =
  /** What a failed command changed was kept as asked. */
  | { readonly kind: 'kept' }
  /** For people. */
  | { readonly kind: 'sentence'; readonly text: string }
  /** What the cache mounts of a step did for it. */
  | { readonly kind: 'caches'; readonly report: CacheReport }
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr'; readonly data: Uint8Array }
  | {
      readonly kind: 'progress'
      readonly id: string
      readonly current: number
      readonly total?: number
      readonly unit: 'bytes' | 'files'
      readonly done?: boolean
    }

/** What a method of the worker is handed besides its parameters. */
export interface CallContext {
  readonly signal: AbortSignal
  note(note: WorkerNote): void
}

/** A method answers with plain data: anything that structured cloning carries. */
export type WorkerMethod<P, R> = (params: P, context: CallContext) => Promise<R>
