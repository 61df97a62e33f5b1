import type { BuildEvent, Digest } from '../core/index.ts'
import { cachesText } from './caches-text.ts'
import { clipToWidth } from './display-width.ts'
import {
  emptyProgress,
  foldProgress,
  type ProgressState,
  type StepState,
  type TransferState,
} from './progress-state.ts'
import { formatSeconds } from './quantities.ts'
import { diagnosticLine } from './render-error.ts'
import { amountOf } from './tty-progress.ts'
import { visibleText } from './visible-text.ts'

/** A fold that also says what to print for each event. */
export interface PlainState {
  readonly progress: ProgressState
  /** The step whose lines are being printed. */
  readonly current?: Digest
  /** Lines of other steps, waiting until the current one ends or `patience` is over. */
  readonly waiting: ReadonlyMap<Digest, { readonly since: number; readonly lines: readonly string[] }>
  /** Output after the last line feed, per step. */
  readonly partial: ReadonlyMap<Digest, string>
  /** Something has been printed. */
  readonly begun: boolean
  /** When a transfer was last printed, by step and id. */
  readonly printed: ReadonlyMap<string, number>
}

/** What an event did: the next state and what to print. */
export interface PlainStep {
  readonly state: PlainState
  /** Whole lines, in the form of BuildKit's plain progress. */
  readonly lines: readonly string[]
}

/** The state before the first event. */
export const emptyPlain: PlainState = {
  progress: emptyProgress,
  waiting: new Map(),
  partial: new Map(),
  begun: false,
  printed: new Map(),
}

// Steps that run side by side would otherwise change places at every line.
const patience = 2000
// A transfer is news when it begins, when it ends and every few seconds in between.
const transferInterval = 5000

/** The state after an event, and the lines it makes visible: `#5 [build 2/5] RUN npm ci`, `#5 0.412 text`, `#5 DONE 1.2s`. */
export function stepPlain(state: PlainState, event: BuildEvent): PlainStep {
  const folded = { ...state, progress: foldProgress(state.progress, event) }
  switch (event.type) {
    case 'note':
      return { state: released(folded), lines: ['', `NOTE: ${visibleText(event.message)}`] }
    case 'diagnostic':
      // Warnings stand below the end of the build, where they are seen.
      if (event.diagnostic.severity === 'warning') return { state: folded, lines: [] }
      return { state: released(folded), lines: ['', diagnosticLine(event.diagnostic)] }
    case 'image.exported':
      return { state: folded, lines: [] }
    default: {
      const step = folded.progress.steps.get(event.vertex)
      if (step === undefined) return { state: folded, lines: [] }
      const told = linesFor(folded, step, event)
      return deliver(told.state, step, {
        lines: told.lines,
        time: event.time,
        finished: event.type === 'vertex.finished',
      })
    }
  }
}

/** Lets lines out that have waited long enough; call it about once a second. `now` in milliseconds since the epoch. */
export function tickPlain(state: PlainState, now: number): PlainStep {
  for (const [vertex, held] of state.waiting) {
    const step = state.progress.steps.get(vertex)
    if (step !== undefined && now - held.since >= patience) return print(state, step, held.lines)
  }
  return { state, lines: [] }
}

/** A line that belongs to no step interrupts the current one, which then gets a new heading. */
function released(state: PlainState): PlainState {
  const { current: _, ...rest } = state
  return { ...rest, begun: true }
}

type StepEvent = Extract<BuildEvent, { type: `vertex.${string}` }>

function linesFor(state: PlainState, step: StepState, event: StepEvent): PlainStep {
  const prefix = `#${step.index}`
  switch (event.type) {
    case 'vertex.started':
      return { state, lines: [] }
    case 'vertex.log': {
      const text = (state.partial.get(step.vertex) ?? '') + event.data
      const pieces = text.split('\n')
      const partial = new Map(state.partial).set(step.vertex, pieces.pop() ?? '')
      return { state: { ...state, partial }, lines: pieces.map((line) => logLine(step, line, event.time)) }
    }
    case 'vertex.progress': {
      const transfer = step.transfers.get(event.id)
      const key = `${step.vertex} ${event.id}`
      const due =
        event.done === true || event.time - (state.printed.get(key) ?? Number.NEGATIVE_INFINITY) >= transferInterval
      if (transfer === undefined || !due) return { state, lines: [] }
      return {
        state: { ...state, printed: new Map(state.printed).set(key, event.time) },
        lines: [transferText(prefix, transfer, event.time)],
      }
    }
    case 'vertex.missed':
      return { state, lines: [`${prefix} why: ${visibleText(event.why)}`] }
    case 'vertex.caches':
      return { state, lines: [`${prefix} caches: ${visibleText(cachesText(event.caches))}`] }
    case 'vertex.finished': {
      const rest = state.partial.get(step.vertex) ?? ''
      const partial = new Map(state.partial)
      partial.delete(step.vertex)
      const ending = rest === '' ? [] : [logLine(step, rest, event.time)]
      return { state: { ...state, partial }, lines: [...ending, outcomeLine(prefix, step)] }
    }
  }
}

/** Seconds since the step began in five characters, then the output as it came: colours of a program are kept. */
function logLine(step: StepState, line: string, time: number): string {
  const seconds = (Math.max(0, time - step.started) / 1000).toFixed(3).slice(0, 5)
  return `#${step.index} ${seconds} ${line.replace(/\r$/, '')}`
}

function transferText(prefix: string, transfer: TransferState, time: number): string {
  const amount = amountOf(transfer)
  const took = formatSeconds(time - transfer.started)
  const done = transfer.finished === undefined ? '' : ' done'
  return `${prefix} ${visibleText(transfer.id)}${amount === '' ? '' : ` ${amount}`} ${took}${done}`
}

function outcomeLine(prefix: string, step: StepState): string {
  switch (step.outcome) {
    case 'cached':
      return `${prefix} CACHED`
    case 'cancelled':
      return `${prefix} CANCELED`
    case 'failed':
      return `${prefix} ERROR: ${visibleText(step.error ?? 'failed')}`
    default:
      return `${prefix} DONE ${formatSeconds((step.finished ?? step.started) - step.started)}`
  }
}

interface Told {
  readonly lines: readonly string[]
  readonly time: number
  readonly finished: boolean
}

function deliver(state: PlainState, step: StepState, told: Told): PlainStep {
  const current = state.current === undefined ? undefined : state.progress.steps.get(state.current)
  const busy = current !== undefined && current.finished === undefined && current.vertex !== step.vertex
  const held = state.waiting.get(step.vertex)
  const lines = [...(held?.lines ?? []), ...told.lines]
  const since = held?.since ?? told.time
  // A step that has said nothing yet waits for its first words, so that no heading stands alone.
  const patient = told.time - since < patience && (busy || lines.length === 0)
  if (patient && !told.finished) {
    return { state: { ...state, waiting: new Map(state.waiting).set(step.vertex, { since, lines }) }, lines: [] }
  }
  return print(state, step, lines)
}

function print(state: PlainState, step: StepState, lines: readonly string[]): PlainStep {
  const waiting = new Map(state.waiting)
  waiting.delete(step.vertex)
  const next = { ...state, waiting, current: step.vertex, begun: true }
  return { state: next, lines: [...heading(state, step), ...lines] }
}

function heading(state: PlainState, step: StepState): readonly string[] {
  if (state.current === step.vertex) return []
  const before = state.current === undefined ? undefined : state.progress.steps.get(state.current)
  const pause = before !== undefined && before.finished === undefined ? [`#${before.index} ...`] : []
  return [...pause, ...(state.begun ? [''] : []), `#${step.index} ${clipToWidth(visibleText(step.name), 500)}`]
}
