import type { BuildEvent, CacheUse, Diagnostic, Digest, Outcome } from '../core/index.ts'
import { withoutEscapes } from './display-width.ts'

/** Something that moves within a step: the download of a layer, the transfer of a context. Times in ms since the epoch. */
export interface TransferState {
  readonly id: string
  readonly current: number
  readonly total?: number
  readonly unit: 'bytes' | 'files'
  readonly started: number
  readonly finished?: number
}

/** A step as the events told it so far. */
export interface StepState {
  readonly vertex: Digest
  /** 1 for the first step that started. */
  readonly index: number
  readonly name: string
  readonly started: number
  readonly finished?: number
  readonly outcome?: Outcome
  readonly error?: string
  readonly transfers: ReadonlyMap<string, TransferState>
  /** What differs from the build before, where the step has to run for that. */
  readonly why?: string
  /** What was in its cache mounts. */
  readonly caches?: readonly CacheUse[]
  /** The last lines of output, escape sequences removed; the last one may be incomplete. */
  readonly tail: readonly string[]
}

/** All of a build that a display needs. Steps stand in the order in which they started. */
export interface ProgressState {
  readonly steps: ReadonlyMap<Digest, StepState>
  readonly started?: number
  readonly last?: number
  readonly diagnostics: readonly Diagnostic[]
  readonly notes: readonly string[]
}

/** The state before the first event. */
export const emptyProgress: ProgressState = { steps: new Map(), diagnostics: [], notes: [] }

// Enough for an error message under a failed step; the whole output is in the log file of the step.
const tailLines = 50

/** The state after one more event. Events of steps that never started are left out. */
export function foldProgress(state: ProgressState, event: BuildEvent): ProgressState {
  const timed = { ...state, started: state.started ?? event.time, last: Math.max(event.time, state.last ?? 0) }
  switch (event.type) {
    case 'vertex.started':
      return withStep(timed, startedStep(state, event))
    case 'vertex.progress':
    case 'vertex.log':
    case 'vertex.missed':
    case 'vertex.caches':
    case 'vertex.finished': {
      const step = state.steps.get(event.vertex)
      return step === undefined ? timed : withStep(timed, changedStep(step, event))
    }
    case 'diagnostic':
      return { ...timed, diagnostics: [...state.diagnostics, event.diagnostic] }
    case 'note':
      return { ...timed, notes: [...state.notes, event.message] }
    case 'image.exported':
      return timed
  }
}

/** Steps that failed, in the order in which they started. */
export function failedSteps(state: ProgressState): readonly StepState[] {
  return [...state.steps.values()].filter((step) => step.outcome === 'failed')
}

function withStep(state: ProgressState, step: StepState): ProgressState {
  return { ...state, steps: new Map(state.steps).set(step.vertex, step) }
}

function startedStep(state: ProgressState, event: Extract<BuildEvent, { type: 'vertex.started' }>): StepState {
  const index = state.steps.get(event.vertex)?.index ?? state.steps.size + 1
  return { vertex: event.vertex, index, name: event.name, started: event.time, transfers: new Map(), tail: [] }
}

type StepEvent = Exclude<
  Extract<BuildEvent, { readonly type: `vertex.${string}` }>,
  { readonly type: 'vertex.started' }
>

function changedStep(step: StepState, event: StepEvent): StepState {
  switch (event.type) {
    case 'vertex.progress': {
      const known = step.transfers.get(event.id)
      const transfer: TransferState = {
        id: event.id,
        current: event.current,
        unit: event.unit,
        started: known?.started ?? event.time,
        ...(event.total === undefined ? {} : { total: event.total }),
        ...(event.done === true ? { finished: event.time } : {}),
      }
      return { ...step, transfers: new Map(step.transfers).set(event.id, transfer) }
    }
    case 'vertex.log':
      return { ...step, tail: appendOutput(step.tail, event.data) }
    case 'vertex.missed':
      return { ...step, why: event.why }
    case 'vertex.caches':
      return { ...step, caches: event.caches }
    case 'vertex.finished':
      return {
        ...step,
        finished: event.time,
        outcome: event.outcome,
        ...(event.error === undefined ? {} : { error: event.error }),
      }
  }
}

/** Continues the last line, begins new ones at line feeds; a carriage return overwrites its line. */
function appendOutput(tail: readonly string[], data: string): readonly string[] {
  const pieces = data.split('\n')
  const lines = [...tail.slice(0, -1), (tail.at(-1) ?? '') + (pieces[0] ?? ''), ...pieces.slice(1)]
  return lines.slice(-tailLines).map(overwritten)
}

function overwritten(line: string): string {
  if (!line.includes('\r')) return line
  const ended = line.endsWith('\r')
  const kept = (ended ? line.slice(0, -1) : line).split('\r').at(-1) ?? ''
  // A carriage return at the end may be the first half of CRLF, or announce an overwrite: what it says comes with the next data.
  return ended ? `${kept}\r` : kept
}

/** Complete and incomplete lines of output that hold something, ready for display. */
export function visibleTail(step: StepState, count: number): readonly string[] {
  const lines = step.tail.map((line) => withoutEscapes(line).replace(/\r$/, '')).filter((line) => line.trim() !== '')
  return count <= 0 ? [] : lines.slice(-count)
}
