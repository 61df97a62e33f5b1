import type { BuildEvent, Digest } from '../core/index.ts'
import { lineRanges } from './line-ranges.ts'

/** What a vertex needs to be told again: BuildKit repeats its record at every change. */
interface RawVertex {
  readonly digest: Digest
  readonly inputs: readonly Digest[]
  readonly name: string
  readonly started: string
}

/** What has been told so far, because records are told again when they change. */
export interface RawJsonState {
  readonly vertexes: ReadonlyMap<Digest, RawVertex>
  readonly statuses: ReadonlyMap<string, string>
}

/** The state before the first event. */
export const emptyRawJson: RawJsonState = { vertexes: new Map(), statuses: new Map() }

/**
 * The event as a line of `docker buildx build --progress=rawjson`: the JSON of BuildKit's `client.SolveStatus`
 * (https://pkg.go.dev/github.com/moby/buildkit/client#SolveStatus). Times are RFC 3339, log data and warnings base64.
 */
export function stepRawJson(
  state: RawJsonState,
  event: BuildEvent,
): { readonly state: RawJsonState; readonly lines: readonly string[] } {
  switch (event.type) {
    case 'vertex.started': {
      const vertex = { digest: event.vertex, inputs: event.inputs, name: event.name, started: stamp(event.time) }
      return {
        state: { ...state, vertexes: new Map(state.vertexes).set(event.vertex, vertex) },
        lines: [line({ vertexes: [vertex] })],
      }
    }
    case 'vertex.finished': {
      const vertex = state.vertexes.get(event.vertex)
      if (vertex === undefined) return { state, lines: [] }
      const error = event.outcome === 'cancelled' ? 'context canceled' : event.error
      const ended = {
        ...vertex,
        completed: stamp(event.time),
        ...(event.outcome === 'cached' ? { cached: true } : {}),
        ...(error === undefined ? {} : { error }),
      }
      return { state, lines: [line({ vertexes: [ended] })] }
    }
    case 'vertex.progress':
      return status(state, event)
    case 'vertex.log': {
      const stream = event.stream === 'stdout' ? 1 : 2
      const log = { vertex: event.vertex, stream, data: base64(event.data), timestamp: stamp(event.time) }
      return { state, lines: [line({ logs: [log] })] }
    }
    case 'diagnostic':
      return { state, lines: [line({ warnings: [warning(event)] })] }
    // BuildKit's records have no place for it.
    case 'vertex.missed':
    case 'vertex.caches':
    case 'note':
    case 'image.exported':
      return { state, lines: [] }
  }
}

function status(state: RawJsonState, event: Extract<BuildEvent, { type: 'vertex.progress' }>) {
  const key = `${event.vertex} ${event.id}`
  const started = state.statuses.get(key) ?? stamp(event.time)
  const record = {
    id: event.id,
    vertex: event.vertex,
    ...(event.total === undefined ? {} : { total: event.total }),
    current: event.current,
    timestamp: stamp(event.time),
    started,
    ...(event.done === true ? { completed: stamp(event.time) } : {}),
  }
  return {
    state: { ...state, statuses: new Map(state.statuses).set(key, started) },
    lines: [line({ statuses: [record] })],
  }
}

function warning({ diagnostic, vertex }: Extract<BuildEvent, { type: 'diagnostic' }>) {
  const { code, message, at, whole = at, severity, rule, hint } = diagnostic
  const range = lineRanges(whole)
  const detail = rule?.description ?? hint
  return {
    ...(vertex === undefined ? {} : { vertex }),
    level: severity === 'error' ? 0 : 1,
    short: base64(`${code}: ${message} (line ${range[0]?.start.line})`),
    ...(detail === undefined ? {} : { detail: [base64(detail)] }),
    ...(rule?.url === undefined ? {} : { url: rule.url }),
    sourceInfo: { filename: at.source.path, data: base64(at.source.text), language: 'Dockerfile' },
    range,
  }
}

function line(record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(record)
}

function stamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
