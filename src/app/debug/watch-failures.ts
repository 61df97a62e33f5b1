import type { Digest } from '../../core/index.ts'
import type { Op } from '../../plan/index.ts'
import type { ExecRequest, SolverPorts } from '../../solver/index.ts'
import { toLog } from '../engine/forward-notes.ts'
import { execJob, withCaches } from '../engine/with-caches.ts'
import type { Session } from '../session.ts'

/** A RUN whose command failed, and the name under which the worker keeps what it changed. */
export interface FailedRun {
  readonly request: ExecRequest
  readonly leftover: string
}

export interface FailureWatch {
  /** Ports for the solver. */
  readonly ports: SolverPorts
  /** The first vertex that failed. */
  vertex(): Digest | undefined
  /** What is kept of a command that failed. */
  run(op: Op): FailedRun | undefined
}

/** Lets steps run as always, but remembers the failure and has the worker keep what the failed command changed. */
export function watchFailures(session: Session, ports: SolverPorts): FailureWatch {
  let vertex: Digest | undefined
  const runs: FailedRun[] = []
  let serial = 0
  const exec: SolverPorts['engine']['exec'] = (request, { log }, signal) =>
    withCaches(session, request, {
      signal,
      use: (caches) => {
        const leftover = `failed-${(serial += 1)}`
        const toSink = toLog(log)
        return session.call(
          'exec',
          { ...execJob(request, caches), keep: leftover },
          {
            signal,
            onNote: (note) => {
              if (note.kind === 'kept') runs.push({ request, leftover })
              else toSink(note)
            },
          },
        )
      },
    })
  const emit: SolverPorts['emit'] = (event) => {
    if (event.type === 'vertex.finished' && event.outcome === 'failed') vertex ??= event.vertex
    ports.emit(event)
  }
  return {
    ports: { ...ports, engine: { ...ports.engine, exec }, emit },
    vertex: () => vertex,
    run: (op) => runs.find(({ request }) => request.op === op),
  }
}
