import { setTimeout as wait } from 'node:timers/promises'
import { redactUrls } from '../../adapters/context/index.ts'
import {
  type OpenPort,
  openPorts,
  readFirstProcess,
  type StepControl,
  type StepMount,
  type StepResult,
  type StepSpec,
} from '../../adapters/runtime/index.ts'
import { resolveInRoot } from '../../fileset/index.ts'
import type { Observation, ObservedCall, StopOutcome } from '../../hardening/index.ts'
import { changedPaths } from './changed-paths.ts'
import { checkStart, layeredRoot } from './check-start.ts'
import { lowerDirs } from './exec-job.ts'
import { logTail } from './log-tail.ts'
import type { CallContext } from './protocol.ts'
import { containerSpec, explainedStart } from './run-job.ts'
import { startProblem } from './start-problem.ts'
import { type HealthTries, tryHealth } from './try-health.ts'
import type { ObserveJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

const keptLines = 200
/** Nothing tells when a port is opened; looking takes a millisecond. */
const glance = 50

/** Runs a container, watches what it asks for and how it fares, and tells it to end. Nothing of it is left afterwards. */
export async function observe(world: WorkerWorld, job: ObserveJob, context: CallContext): Promise<Observation> {
  const runtime = await world.runtime()
  const { container, hardened } = job
  const command = { ...container, beside: [...job.volumes, ...container.tmpfs.map(({ target }) => target)] }
  const { refused } = await checkStart(world, layeredRoot(world, container.layers), command)
  const calls: ObservedCall[] = []
  const unhealthy = job.health === undefined ? undefined : await healthProblem(world, job, job.health.argv)
  if (refused !== undefined) return { problem: explainedStart(refused), calls, written: [], ports: [], lines: [] }
  let untraced: string | undefined
  const onUnable = (reason: string): void => {
    untraced = reason
  }
  const spec = {
    ...(await observedSpec(world, job, context.signal)),
    trace: { script: job.tracer, onCall: (call: ObservedCall) => calls.push(call), onUnable },
  }
  const tail = logTail(keptLines)
  const write = (stream: 'stdout' | 'stderr', data: Uint8Array): void => tail.add(stream, data)
  const { fared, result } = await followed(unhealthy === undefined ? job : withoutHealth(job), (onReady) =>
    runtime.runStep(spec, { kind: 'capture', write, onReady }, context.signal),
  )
  const view = world.layers.view(container.layers)
  const problem = fared.stop === undefined ? startProblem(command, result.exitCode, view) : undefined
  const { seconds, ...seen } = fared
  return {
    ...seen,
    ...(fared.stop === undefined ? { ended: { exitCode: result.exitCode, seconds } } : {}),
    ...(problem === undefined ? {} : { problem }),
    ...(untraced === undefined ? {} : { untraced }),
    ...(unhealthy === undefined ? {} : { health: { tries: 0, output: '', healthy: false, problem: unhealthy } }),
    calls,
    written: hardened ? [] : changedPaths(spec.upperDir, view),
    lines: tail.lines().map(redactUrls),
  }
}

async function healthProblem(
  world: WorkerWorld,
  { container }: ObserveJob,
  argv: readonly string[],
): Promise<string | undefined> {
  const command = { ...container, argv, beside: [] }
  const { refused } = await checkStart(world, layeredRoot(world, container.layers), command)
  if (refused !== undefined) return explainedStart(refused)
  return startProblem(command, 127, world.layers.view(container.layers))
}

function withoutHealth(job: ObserveJob): ObserveJob {
  const { health: _, ...rest } = job
  return rest
}

async function observedSpec(world: WorkerWorld, job: ObserveJob, signal: AbortSignal): Promise<StepSpec> {
  const { container, hardened } = job
  const spec = await containerSpec(world, { ...container, volumes: [], readonlyRoot: hardened }, signal)
  const view = world.layers.view(container.layers)
  const lower = await lowerDirs(world, container.layers, signal)
  // As docker fills a new volume: with what the image has there, under its owner.
  const volumes = job.volumes.map((target): StepMount => {
    const found = resolveInRoot(view, target)
    const there = typeof found === 'string' && view.node(found)?.kind === 'dir'
    if (!there) return { type: 'tmpfs', target, size: 0, mode: 0o755 }
    return { type: 'bind', target, source: { kind: 'layers', lowerDirs: lower }, path: target, readonly: false }
  })
  return { ...spec, mounts: [...volumes, ...spec.mounts], privileges: hardened ? 'none' : 'ambient' }
}

/** Whether a container has ended, to ask and to wait for. */
interface Ending {
  done: boolean
  readonly promise: Promise<void>
}

/** How a container fared until it ended by itself or was told to. */
type Fared = Pick<Observation, 'ports' | 'readySeconds' | 'health' | 'stop'> & { readonly seconds: number }

async function followed(
  job: ObserveJob,
  start: (onReady: (control: StepControl) => void) => Promise<StepResult>,
): Promise<{ readonly fared: Fared; readonly result: StepResult }> {
  let give: (control: StepControl) => void = () => {}
  const ready = new Promise<StepControl>((resolve) => {
    give = resolve
  })
  const running = start(give)
  const note = (): void => {
    ending.done = true
  }
  const ending: Ending = { done: false, promise: running.then(note, note) }
  const control = await Promise.race([ready, running.then(() => undefined)])
  const fared = control === undefined ? { ports: [], seconds: 0 } : await fare(job, control, ending)
  const result = await running
  const stop = fared.stop === undefined || !fared.ended ? fared.stop : { ...fared.stop, exitCode: result.exitCode }
  const { ended: _, ...rest } = fared
  return { fared: { ...rest, ...(stop === undefined ? {} : { stop }) }, result }
}

async function fare(
  job: ObserveJob,
  control: StepControl,
  ending: Ending,
): Promise<Fared & { readonly ended?: boolean }> {
  const begun = performance.now()
  const elapsed = (): number => performance.now() - begun
  const ports = new Map<string, OpenPort>()
  const health = job.health === undefined ? undefined : tryHealth(job.health, job.container.env, control)
  let readySeconds: number | undefined
  while (!ending.done && elapsed() < job.longest) {
    const first = control.firstProcess()
    for (const port of first === undefined ? [] : openPorts(first)) ports.set(`${port.protocol} ${port.port}`, port)
    if (readySeconds === undefined && isReady(job, ports, health)) readySeconds = inSeconds(elapsed())
    if (readySeconds !== undefined && job.untilReady) break
    await Promise.race([wait(glance), ending.promise])
  }
  const outcome = await health?.close()
  const seen = {
    ports: [...ports.values()],
    seconds: inSeconds(elapsed()),
    ...(readySeconds === undefined ? {} : { readySeconds }),
    ...(outcome === undefined ? {} : { health: outcome }),
  }
  return ending.done ? seen : { ...seen, ...(await stopped(job, control, ending)) }
}

/** All exposed ports are open, or any where none is named, and HEALTHCHECK has been happy once. */
function isReady(job: ObserveJob, ports: ReadonlyMap<string, OpenPort>, health: HealthTries | undefined): boolean {
  if (health !== undefined && !health.healthy()) return false
  if (job.exposed.length > 0) return job.exposed.every(({ protocol, port }) => ports.has(`${protocol} ${port}`))
  return health !== undefined || ports.size > 0
}

async function stopped(
  { stopSignal, stopTimeout }: ObserveJob,
  control: StepControl,
  ending: Ending,
): Promise<{ readonly stop: StopOutcome; readonly ended: boolean }> {
  const pid = control.firstProcess()
  const first = pid === undefined ? undefined : readFirstProcess(pid, stopSignal)
  const begun = performance.now()
  control.signal(stopSignal)
  const over = new AbortController()
  await Promise.race([wait(stopTimeout, undefined, { signal: over.signal }).catch(() => {}), ending.promise])
  over.abort()
  const ended = ending.done
  const seconds = inSeconds(performance.now() - begun)
  if (!ended) control.signal('SIGKILL')
  await ending.promise
  return { stop: { signal: stopSignal, seconds, ...(first === undefined ? {} : { first }) }, ended }
}

function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10
}
