const numbers = { SIGINT: 2, SIGTERM: 15 } as const

/** How long a second signal within a keystroke counts as the same one, in ms: terminals and wrappers may both send it. */
const sameStroke = 50

/** A container may ignore signals; the third one ends it, as docker does it. */
const patience = 3

export interface StopSignals {
  readonly signal: AbortSignal
  /** 128 + the number of the signal that came, as shells report it. */
  exitCode(): number | undefined
  /** Hands signals to `listener` alone until the returned function is called: they are meant for a container then. */
  takeOver(listener: (name: NodeJS.Signals) => void): () => void
}

/** The first SIGINT or SIGTERM aborts the work so that it can clean up; the second ends the process at once. */
export function watchStopSignals(target: NodeJS.Process): StopSignals {
  const controller = new AbortController()
  let code: number | undefined
  let first = 0
  let taken = 0
  let taker: ((name: NodeJS.Signals) => void) | undefined
  const stop = (name: keyof typeof numbers) => {
    if (taker !== undefined && (taken += 1) < patience) return taker(name)
    const now = performance.now()
    if (code === undefined) {
      code = 128 + numbers[name]
      first = now
      controller.abort(new DOMException(`stopped by ${name}`, 'AbortError'))
    } else if (now - first > sameStroke) {
      target.exit(128 + numbers[name])
    }
  }
  target.on('SIGINT', () => stop('SIGINT'))
  target.on('SIGTERM', () => stop('SIGTERM'))
  const takeOver: StopSignals['takeOver'] = (listener) => {
    taker = listener
    taken = 0
    return () => {
      taker = undefined
    }
  }
  return { signal: controller.signal, exitCode: () => code, takeOver }
}
