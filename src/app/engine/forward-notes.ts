import type { LogSink, ProgressSink } from '../../solver/index.ts'
import type { WorkerNote } from '../worker/protocol.ts'

/** Passes the worker's notes about progress on. */
export function toProgress(progress: ProgressSink): (note: WorkerNote) => void {
  return (note) => {
    if (note.kind !== 'progress') return
    const { kind: _kind, ...rest } = note
    progress(rest)
  }
}

/** Passes the output of a step on, and what is to be told about it. */
export function toLog(log: LogSink, tell?: (sentence: string) => void): (note: WorkerNote) => void {
  return (note) => {
    if (note.kind === 'log') log(note.stream, note.data)
    if (note.kind === 'sentence') tell?.(note.text)
  }
}
