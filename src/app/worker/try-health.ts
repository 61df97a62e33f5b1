import { setTimeout as wait } from 'node:timers/promises'
import { enterStep, type StepControl } from '../../adapters/runtime/index.ts'
import type { HealthOutcome } from '../../hardening/index.ts'
import type { HealthJob } from './worker-methods.ts'

/** A health check that is being tried. */
export interface HealthTries {
  healthy(): boolean
  /** Lets the try that runs come to its end and says what came of all. */
  close(): Promise<HealthOutcome>
}

/** Milliseconds between two looks whether there is a container to enter. */
const glance = 50

/** Runs the command again and again beside a container until it is happy. */
export function tryHealth(job: HealthJob, env: readonly string[], control: StepControl): HealthTries {
  const over = new AbortController()
  let outcome: HealthOutcome = { tries: 0, output: '', healthy: false }
  /** How long to wait before the next one. */
  const one = async (): Promise<number> => {
    const first = control.firstProcess()
    if (first === undefined) return glance
    const result = await enterStep({ first, argv: job.argv, env, longest: job.timeout }).catch(() => undefined)
    if (result === undefined) return glance
    outcome = { ...result, tries: outcome.tries + 1, healthy: result.exitCode === 0 }
    return job.interval
  }
  const loop = async (): Promise<void> => {
    while (!over.signal.aborted && !outcome.healthy) {
      const pause = await one()
      if (!outcome.healthy) await wait(pause, undefined, { signal: over.signal }).catch(() => {})
    }
  }
  const looping = loop()
  return {
    healthy: () => outcome.healthy,
    async close() {
      over.abort()
      await looping
      return outcome
    },
  }
}
