import { setTimeout as sleep } from 'node:timers/promises'
import { readEvents } from '../../adapters/step-logs/index.ts'
import { openProgress, type ProgressOptions } from './open-progress.ts'

export interface ReplayOptions extends Omit<ProgressOptions, 'now'> {
  /** How much faster than it was; 0 shows everything at once. */
  readonly speed: number
  readonly signal: AbortSignal
}

/** Shows the build that an `events.jsonl` records, with its own times. Throws `usage` for files that hold no events. */
export async function replayEvents(file: string, options: ReplayOptions): Promise<void> {
  const events = readEvents(file)
  const began = Date.now()
  const first = events[0]?.time ?? began
  let shown = first
  const now = () => (options.speed > 0 ? Math.min(first + (Date.now() - began) * options.speed, shown + 60_000) : shown)
  const display = openProgress({ ...options, now })
  try {
    for (const event of events) {
      const wait = options.speed > 0 ? (event.time - first) / options.speed - (Date.now() - began) : 0
      if (wait > 0) await sleep(wait, undefined, { signal: options.signal })
      shown = Math.max(shown, event.time)
      display.emit(event)
    }
  } finally {
    display.close()
  }
}
