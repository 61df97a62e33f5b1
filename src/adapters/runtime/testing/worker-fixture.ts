import { toPlainError } from '../../../core/index.ts'
import {
  type Isolation,
  openRuntime,
  type ProbeOptions,
  probeIsolation,
  type Runtime,
  type StepSpec,
} from '../index.ts'

/** What the tests ask of the worker. */
export type FixtureRequest =
  | { readonly kind: 'probe'; readonly options: ProbeOptions }
  | { readonly kind: 'open'; readonly stateDir: string; readonly isolation: Isolation }
  | { readonly kind: 'run'; readonly spec: StepSpec }
  /** Blocks the event loop for good. */
  | { readonly kind: 'freeze' }
  | { readonly kind: 'abort'; readonly running: number }

let runtime: Runtime | undefined
const running = new Map<number, AbortController>()

process.on('disconnect', () => process.exit(0))
process.on('message', (request: FixtureRequest & { readonly token: number }) => {
  const { token } = request
  answer(request, token).then(
    (value) => process.send?.({ kind: 'value', value, token }),
    (error: unknown) => process.send?.({ kind: 'error', error: toPlainError(error), token }),
  )
})

async function answer(request: FixtureRequest, token: number): Promise<unknown> {
  switch (request.kind) {
    case 'probe':
      return probeIsolation(request.options)
    case 'open':
      runtime?.close()
      runtime = await openRuntime(request)
      return undefined
    case 'abort':
      running.get(request.running)?.abort()
      return undefined
    case 'freeze':
      process.send?.({ kind: 'value', value: undefined, token }, undefined, {}, () =>
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
      )
      return new Promise(() => {})
    case 'run':
      return run(token, request.spec)
  }
}

async function run(token: number, spec: StepSpec): Promise<unknown> {
  const controller = new AbortController()
  running.set(token, controller)
  const output = { stdout: '', stderr: '' }
  const write = (stream: 'stdout' | 'stderr', data: Uint8Array): void => {
    const text = Buffer.from(data).toString('latin1')
    output[stream] += text
    process.send?.({ kind: 'output', token, text })
  }
  const result = await runtime?.runStep(spec, { kind: 'capture', write }, controller.signal)
  return { ...result, ...output }
}
