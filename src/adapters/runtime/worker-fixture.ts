import { toPlainError } from '../../core/index.ts'
import { type Isolation, openRuntime, type ProbeOptions, probeIsolation, type Runtime, type StepSpec } from './index.ts'

/** What the tests ask of the worker. */
export type FixtureRequest =
  | { readonly kind: 'probe'; readonly options: ProbeOptions }
  | { readonly kind: 'open'; readonly stateDir: string; readonly isolation: Isolation }
  | { readonly kind: 'run'; readonly id: number; readonly spec: StepSpec }
  | { readonly kind: 'abort'; readonly id: number }

let runtime: Runtime | undefined
const running = new Map<number, AbortController>()

process.on('disconnect', () => process.exit(0))
process.on('message', (request: FixtureRequest) => {
  answer(request).then(
    (value) => process.send?.({ kind: 'value', value, request: request.kind }),
    (error: unknown) => process.send?.({ kind: 'error', error: toPlainError(error), request: request.kind }),
  )
})

async function answer(request: FixtureRequest): Promise<unknown> {
  switch (request.kind) {
    case 'probe':
      return probeIsolation(request.options)
    case 'open':
      runtime?.close()
      runtime = await openRuntime(request)
      return undefined
    case 'abort':
      running.get(request.id)?.abort()
      return undefined
    case 'run':
      return run(request.id, request.spec)
  }
}

async function run(id: number, spec: StepSpec): Promise<unknown> {
  const controller = new AbortController()
  running.set(id, controller)
  const output = { stdout: '', stderr: '' }
  const write = (stream: 'stdout' | 'stderr', data: Uint8Array): void => {
    output[stream] += Buffer.from(data).toString('latin1')
    process.send?.({ kind: 'output', id, stream, text: Buffer.from(data).toString('latin1') })
  }
  const result = await runtime?.runStep(spec, { kind: 'capture', write }, controller.signal)
  return { ...result, ...output }
}
