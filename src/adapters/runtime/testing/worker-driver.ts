import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { fromPlainError, type PlainError } from '../../../core/index.ts'
import type { Isolation, IsolationReport, ProbeOptions, StepResult, StepSpec } from '../index.ts'
import type { FixtureRequest } from './worker-fixture.ts'

export type StepOutcome = StepResult & { readonly stdout: string; readonly stderr: string }

/** The worker of the tests, seen through a front process that may belong to another user. */
export interface WorkerDriver {
  readonly front: ChildProcess
  readonly notes: readonly string[]
  probe(options: ProbeOptions): Promise<IsolationReport>
  open(stateDir: string, isolation: Isolation): Promise<void>
  run(
    spec: StepSpec,
    options?: { readonly abortOn?: string; readonly onOutput?: (text: string) => void },
  ): Promise<StepOutcome>
  /** Makes the worker deaf, as long synchronous work does. */
  freeze(): Promise<void>
  close(): Promise<void>
}

type Answer =
  | { readonly kind: 'started'; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'value'; readonly value: unknown; readonly token: number }
  | { readonly kind: 'error'; readonly error: PlainError; readonly token: number }
  | { readonly kind: 'output'; readonly token: number; readonly text: string }

/** Bundles both fixtures into a directory. */
export async function bundleFixtures(directory: string): Promise<void> {
  const fixture = (name: string): string => new URL(`./${name}.ts`, import.meta.url).pathname
  await build({
    entryPoints: {
      'front-fixture': fixture('front-fixture'),
      'worker-fixture': fixture('worker-fixture'),
      namespaces: fixture('../namespaces'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
    external: ['koffi'],
  })
}

/** Starts a front and its worker, both as `user` when one is given. */
export async function startWorker(
  directory: string,
  user?: { readonly uid: number; readonly gid: number },
): Promise<WorkerDriver> {
  const front = fork(
    join(directory, 'front-fixture.mjs'),
    [join(directory, 'worker-fixture.mjs'), user === undefined ? 'root' : 'rootless'],
    {
      serialization: 'advanced',
      execArgv: [],
      cwd: '/',
      ...(user === undefined ? {} : user),
    },
  )
  const notes = await new Promise<readonly string[]>((resolve, reject) => {
    front.once('message', (answer: Answer) => {
      if (answer.kind === 'started') resolve(answer.notes)
      else if (answer.kind === 'refused') reject(fromPlainError(answer.error))
    })
  })
  let tokens = 0
  const ask = (request: FixtureRequest, onOutput?: (text: string, token: number) => void): Promise<unknown> => {
    const token = (tokens += 1)
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(new Error('the front is gone'))
      const listen = (answer: Answer): void => {
        if (!('token' in answer) || answer.token !== token) return
        if (answer.kind === 'output') return onOutput?.(answer.text, token)
        front.off('message', listen)
        front.off('exit', lost)
        if (answer.kind === 'value') resolve(answer.value)
        else reject(fromPlainError(answer.error))
      }
      front.on('message', listen)
      front.once('exit', lost)
      front.send({ ...request, token })
    })
  }
  return {
    front,
    notes,
    probe: (options) => ask({ kind: 'probe', options }) as Promise<IsolationReport>,
    open: async (stateDir, isolation) => void (await ask({ kind: 'open', stateDir, isolation })),
    run: (spec, options) =>
      ask({ kind: 'run', spec }, (text, running) => {
        options?.onOutput?.(text)
        if (options?.abortOn !== undefined && text.includes(options.abortOn))
          front.send({ kind: 'abort', running, token: 0 })
      }) as Promise<StepOutcome>,
    freeze: async () => void (await ask({ kind: 'freeze' })),
    close: async () => {
      if (front.exitCode !== null || front.signalCode !== null) return
      const gone = new Promise((resolve) => front.once('exit', resolve))
      front.disconnect()
      await gone
    },
  }
}
