import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Mounter } from '../linux-mount.ts'
import type { StepGate } from '../oci-config.ts'
import type { StepTrace, TracedCall } from '../step-spec.ts'
import { watchedCalls } from './watched-calls.ts'

const traced: ReadonlySet<string> = new Set(watchedCalls.keys())

/** A tracer that waits for its step. */
export interface StepTracer {
  /** What holds the step until it is watched. */
  readonly gate: StepGate
  /** Ends the tracer, and with it what it still watches. Call when the step has ended. */
  close(): Promise<void>
}

/**
 * Starts the process that watches a step. `programs` is how many programs run in its first process before its own: what
 * those do is not told. `filtered` steps have a filter that hands over the calls of `gate`. Undefined where it cannot be done.
 */
export async function startTracer(
  { script, onCall, onUnable }: StepTrace,
  options: {
    readonly directory: string
    readonly mounter: Mounter
    readonly programs: number
    readonly filtered: boolean
    readonly account: { readonly uid: number; readonly gid: number }
  },
): Promise<StepTracer | undefined> {
  const { directory, mounter, programs, filtered, account } = options
  const gate = { request: join(directory, 'traced'), go: join(directory, 'go'), ...(filtered ? { calls: traced } : {}) }
  mounter.makePipes([gate.request, gate.go])
  const words = [gate.request, gate.go, String(programs), filtered ? 'filtered' : 'all', account.uid, account.gid]
  const tracer = spawn(process.execPath, [script, ...words.map(String)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {},
  })
  const lines = createInterface({ input: tracer.stdout })
  const ended = Promise.all([endOf(tracer), new Promise<void>((resolve) => lines.once('close', resolve))])
  let state: 'starting' | 'able' | 'attached' | 'unable' = 'starting'
  const able = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const told = JSON.parse(line) as
        | TracedCall
        | { readonly unable: string }
        | { readonly state: 'able' | 'attached' }
      if ('call' in told) return onCall(told)
      state = 'unable' in told ? 'unable' : told.state
      if ('unable' in told) onUnable(told.unable)
      resolve()
    })
  })
  const held: number[] = []
  void ended.then(() => {
    if (state === 'attached' || state === 'unable') return
    onUnable('the tracer has ended')
    if (state === 'able') held.push(...openGate(gate))
  })
  await Promise.race([able, ended])
  // What the line above cannot see has been changed by the listener.
  if ((state as string) !== 'able') return undefined
  return {
    gate,
    async close() {
      // With the step everything that it watches is gone; it waits on if the step has not come as far as the gate.
      if (state === 'able') tracer.kill('SIGKILL')
      await ended
      for (const descriptor of held) closeSync(descriptor)
    },
  }
}

/** Nobody will answer: the step goes on alone. Opening a pipe for reading and writing does not wait. */
function openGate({ request, go }: StepGate): readonly number[] {
  const descriptors = [request, go].map((pipe) => openSync(pipe, 'r+'))
  writeSync(descriptors[1] as number, 'go\n')
  return descriptors
}

function endOf(tracer: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    tracer.once('error', () => resolve())
    tracer.once('exit', () => resolve())
  })
}
