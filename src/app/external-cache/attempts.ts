import type { BuildEvent, Digest, Emit } from '../../core/index.ts'

/** Events of a solve that may have to begin again, as those of one. */
export interface Attempts {
  readonly emit: Emit
  /** Everything is looked up a second time: what ended well before, and does so again, is not told again. */
  again(): void
}

type Started = BuildEvent & { readonly type: 'vertex.started' }

/** While `isGivenUp` says so, what fails or is cancelled has not ended: the next attempt goes on with it. */
export function createAttempts(emit: Emit, isGivenUp: () => boolean): Attempts {
  const open = new Set<Digest>()
  const ended = new Set<Digest>()
  const held = new Map<Digest, Started>()
  const explained = new Set<Digest>()
  let isRepeated = false
  const release = (vertex: Digest): void => {
    const started = held.get(vertex)
    if (started === undefined) return
    held.delete(vertex)
    ended.delete(vertex)
    open.add(vertex)
    emit(started)
  }
  const start = (event: Started): void => {
    if (open.has(event.vertex)) return
    if (isRepeated && ended.has(event.vertex)) {
      held.set(event.vertex, event)
      return
    }
    open.add(event.vertex)
    emit(event)
  }
  const finish = (event: BuildEvent & { readonly type: 'vertex.finished' }): void => {
    const isWell = event.outcome === 'cached' || event.outcome === 'built'
    if (!isWell && isGivenUp()) return
    if (isWell && held.delete(event.vertex)) return
    release(event.vertex)
    open.delete(event.vertex)
    ended.add(event.vertex)
    emit(event)
  }
  return {
    again: () => void (isRepeated = true),
    emit(event) {
      if (event.type === 'vertex.started') start(event)
      else if (event.type === 'vertex.finished') finish(event)
      else {
        if ('vertex' in event && event.vertex !== undefined) release(event.vertex)
        if (event.type === 'vertex.missed') {
          if (explained.has(event.vertex)) return
          explained.add(event.vertex)
        }
        emit(event)
      }
    },
  }
}
