import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type IsolationReport, probeIsolation, type StepMount } from '../../adapters/runtime/index.ts'
import { lowerDirs } from './exec-job.ts'
import type { CallContext } from './protocol.ts'
import type { RunJob, RunOutcome } from './worker-methods.ts'
import { probeOptions, type WorkerWorld } from './worker-world.ts'

/** Runs a container whose changes are thrown away; its streams are those of this process. */
export async function runContainer(world: WorkerWorld, job: RunJob, { signal }: CallContext): Promise<RunOutcome> {
  const runtime = await world.runtime()
  const directory = world.newDirectory('container')
  const upperDir = path.join(directory, 'upper')
  const workDir = path.join(directory, 'work')
  for (const made of [upperDir, workDir]) mkdirSync(made, { mode: 0o755 })
  const volumes = job.volumes.map(
    ({ source, target, readonly }): StepMount => ({ type: 'host', target, path: source, readonly }),
  )
  const tmpfs = job.tmpfs.map((mount): StepMount => ({ type: 'tmpfs', ...mount }))
  const { argv, env, cwd, user, hostname, network, extraHosts } = job
  const result = await runtime.runStep(
    {
      lowerDirs: lowerDirs(world, job.layers),
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
      mounts: [...volumes, ...tmpfs],
      readonlyRoot: job.readonlyRoot,
    },
    { kind: 'inherit', stdin: job.stdin, terminal: job.terminal },
    signal,
  )
  return { exitCode: result.exitCode }
}

/** Every way to isolate steps, tried out: for `slipway doctor`. */
export function probe(world: WorkerWorld): Promise<IsolationReport> {
  return probeIsolation({ ...probeOptions(world.config, world.newDirectory('probe')), all: true })
}
