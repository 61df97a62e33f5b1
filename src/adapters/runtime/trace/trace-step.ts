import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Mounter } from '../linux-mount.ts'
import type { StepGate } from '../oci-config.ts'
import type { StepTrace, TracedCall } from '../step-spec.ts'

/** A tracer that waits for its step. */
export interface StepTracer {
  /** What holds the step until it is watched. */
  readonly gate: StepGate
  /** Ends the tracer, and with it what it still watches. Call when the step has ended. */
  close(): Promise<void>
}

/**
 * Starts the process that watches a step. `programs` is how many programs run in its first process before its own: what
 * those do is not told.
 */
export function startTracer(
  { script, onCall, onUnable }: StepTrace,
  options: {
    readonly directory: string
    readonly mounter: Mounter
    readonly programs: number
    readonly account: { readonly uid: number; readonly gid: number }
  },
): StepTracer {
  const { directory, mounter, programs, account } = options
  const gate = { request: join(directory, 'traced'), go: join(directory, 'go') }
  mounter.makePipes([gate.request, gate.go])
  const words = [script, gate.request, gate.go, String(programs), String(account.uid), String(account.gid)]
  const tracer = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'], env: {} })
  const ended = endOf(tracer)
  const lines = createInterface({ input: tracer.stdout })
  const read = new Promise<void>((resolve) => lines.once('close', resolve))
  let answered = false
  lines.on('line', (line) => {
    const told = JSON.parse(line) as TracedCall | { readonly unable: string } | { readonly attached: true }
    if ('call' in told) return onCall(told)
    answered = true
    if ('unable' in told) onUnable(told.unable)
  })
  const held: number[] = []
  void ended
    .then(() => read)
    .then(() => {
      if (answered) return
      onUnable('the tracer has ended')
      held.push(...openGate(gate))
    })
  return {
    gate,
    async close() {
      // With the step everything that it watches is gone; it waits on if the step has not come as far as the gate.
      if (!answered) tracer.kill('SIGKILL')
      await ended
      await read
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
