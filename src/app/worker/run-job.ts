import { mkdirSync } from 'node:fs'
import path from 'node:path'
import {
  type IsolationReport,
  probeIsolation,
  type StepControl,
  type StepIo,
  type StepMount,
  type StepSpec,
} from '../../adapters/runtime/index.ts'
import type { Explanation } from '../../diagnose/index.ts'
import { lowerDirs } from './exec-job.ts'
import type { CallContext } from './protocol.ts'
import { checkStart, layeredRoot } from './check-start.ts'
import { startProblem } from './start-problem.ts'
import { shellSpec } from './shell-job.ts'
import type { ResizeJob, RunJob, RunOutcome, ShellJob, SignalJob } from './worker-methods.ts'
import { probeOptions, type WorkerWorld } from './worker-world.ts'

/** The containers of this worker. */
export interface Containers {
  /** Runs a container whose changes are thrown away; its streams are those of this process. */
  run(job: RunJob, context: CallContext): Promise<RunOutcome>
  /** Runs a command where a step would run. */
  shell(job: ShellJob, context: CallContext): Promise<RunOutcome>
  signal(job: SignalJob): Promise<Record<string, never>>
  resize(job: ResizeJob): Promise<Record<string, never>>
}

const noTerminal =
  'NOTE: without crun or runc there is no terminal of its own inside: Ctrl-C ends more than one command, and jobs cannot be stopped'

const emulatedRun = (architecture: string): string =>
  `NOTE: this runs emulated: slower than on ${architecture} hardware, and no proof that it works there`

export function createContainers(world: WorkerWorld): Containers {
  const running = new Set<StepControl>()
  const runHere = (spec: StepSpec, job: Attached, context: CallContext): Promise<number> =>
    runAttached(world, { spec, job, context, running })
  return {
    async run(job, context) {
      const { argv, env, cwd, volumes, tmpfs, layers } = job
      const command = { argv, env, cwd, beside: [...volumes, ...tmpfs].map(({ target }) => target) }
      const { refused, foreign } = await checkStart(world, layeredRoot(world, layers), command)
      if (refused !== undefined) return notStarted(refused)
      if (foreign !== undefined) context.note({ kind: 'sentence', text: emulatedRun(foreign) })
      const exitCode = await runHere(await containerSpec(world, job, context.signal), job, context)
      return outcomeOf(exitCode, startProblem(command, exitCode, world.layers.view(layers)))
    },
    async shell(job, context) {
      const spec = await shellSpec(world, job, context.signal)
      if (job.terminal && (await world.runtime()).isolation.kind === 'embedded')
        context.note({ kind: 'sentence', text: noTerminal })
      // What a failed command has left is in no index, so nothing can be said about programs there.
      if (job.leftover !== undefined) return { exitCode: await runHere(spec, job, context) }
      const command = { ...job.op, beside: spec.mounts.flatMap((mount) => mount.target ?? []) }
      const { refused } = await checkStart(world, layeredRoot(world, job.root), command)
      if (refused !== undefined) return notStarted(refused)
      const exitCode = await runHere(spec, job, context)
      return outcomeOf(exitCode, startProblem(command, exitCode, world.layers.view(job.root)))
    },
    async signal({ name }) {
      for (const control of running) control.signal(name)
      return {}
    },
    async resize({ size }) {
      for (const control of running) control.resize(size)
      return {}
    },
  }
}

/** How a container is connected to this process. */
type Attached = Pick<RunJob, 'stdin' | 'terminal' | 'size' | 'captured'>

interface AttachedRun {
  readonly spec: StepSpec
  readonly job: Attached
  readonly context: CallContext
  /** Where the reins of the container are while it runs. */
  readonly running: Set<StepControl>
}

async function runAttached(world: WorkerWorld, { spec, job, context, running }: AttachedRun): Promise<number> {
  const runtime = await world.runtime()
  const { signal, note } = context
  let own: StepControl | undefined
  const onReady = (control: StepControl): void => {
    own = control
    running.add(control)
  }
  const { stdin, terminal, size } = job
  const write = (stream: 'stdout' | 'stderr', data: Uint8Array): void => note({ kind: 'log', stream, data })
  const io: StepIo =
    job.captured === true
      ? { kind: 'capture', write }
      : { kind: 'inherit', stdin, terminal, onReady, ...(size === undefined ? {} : { size }) }
  try {
    return (await runtime.runStep(spec, io, signal)).exitCode
  } finally {
    if (own !== undefined) running.delete(own)
  }
}

function outcomeOf(exitCode: number, problem: string | undefined): RunOutcome {
  return { exitCode, ...(problem === undefined ? {} : { problem }) }
}

/** 127 as shells and docker have it for a program that cannot be started. */
function notStarted(explanation: Explanation): RunOutcome {
  return { exitCode: 127, problem: explainedStart(explanation) }
}

/** The reason, and the advice as lines below it. */
export function explainedStart({ reason, advice }: Explanation): string {
  return [reason, ...advice.map((line, index) => `${index === 0 ? '  hint: ' : '        '}${line}`)].join('\n')
}

/** A container over a new upper directory. */
export async function containerSpec(
  world: WorkerWorld,
  job: Omit<RunJob, 'stdin' | 'terminal' | 'size' | 'captured'>,
  signal: AbortSignal,
): Promise<StepSpec> {
  const directory = world.newDirectory('container')
  const upperDir = path.join(directory, 'upper')
  const workDir = path.join(directory, 'work')
  for (const made of [upperDir, workDir]) mkdirSync(made, { mode: 0o755 })
  const volumes = job.volumes.map(
    ({ source, target, readonly }): StepMount => ({ type: 'host', target, path: source, readonly }),
  )
  const tmpfs = job.tmpfs.map((mount): StepMount => ({ type: 'tmpfs', ...mount }))
  const { argv, env, cwd, user, hostname, network, extraHosts } = job
  const { trust } = world.config
  return {
    lowerDirs: await lowerDirs(world, job.layers, signal),
    upperDir,
    workDir,
    argv,
    env,
    cwd,
    user,
    hostname,
    network,
    extraHosts,
    security: 'sandbox',
    mounts: [...tmpfs, ...volumes],
    readonlyRoot: job.readonlyRoot,
    ...(trust === undefined ? {} : { trust }),
  }
}

/** Every way to isolate steps, tried out: for `slipway doctor`. */
export function probe(world: WorkerWorld): Promise<IsolationReport> {
  return probeIsolation({ ...probeOptions(world.config, world.newDirectory('probe')), all: true })
}
