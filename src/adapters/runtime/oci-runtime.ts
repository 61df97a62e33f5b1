import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { Mounter } from './linux-mount.ts'
import { type OciTraits, ociConfig, type PreparedStep } from './oci-config.ts'
import { seccompProgram } from './seccomp-bpf.ts'
import type { StepIo, StepResult } from './step-spec.ts'
import { superviseStep } from './supervise.ts'

/** Where a runtime works and what is known about it. */
export interface OciRuntime {
  /** Absolute path of crun or runc. */
  readonly program: string
  readonly traits: OciTraits
  /** A private directory in memory for the runtime's own state. */
  readonly stateDir: string
  readonly mounter: Mounter
}

/** Runs a prepared step with crun or runc. `bundle` is a directory for its files; `id` is unique among running steps. */
export async function runWithOci(
  runtime: OciRuntime,
  step: PreparedStep,
  options: { readonly bundle: string; readonly id: string; readonly io: StepIo; readonly signal: AbortSignal },
): Promise<StepResult> {
  const { bundle, id, io, signal } = options
  mkdirSync(runtime.stateDir, { recursive: true, mode: 0o700 })
  writeFileSync(
    join(bundle, 'config.json'),
    JSON.stringify(ociConfig(step, runtime.traits, seccompProgram(process.arch, step.gate?.calls))),
    { mode: 0o600 },
  )
  const log = join(bundle, 'runtime.log')
  const pidFile = join(bundle, 'pid')
  const global = ['--root', runtime.stateDir, '--log', log, '--log-format', 'json']
  // Memory limits are not set, and without them crun needs no control groups, which it cannot use on hybrid hosts.
  const groups = runtime.traits.runtime === 'crun' ? ['--cgroup-manager=disabled'] : []
  const command = {
    program: runtime.program,
    args: [...global, ...groups, 'run', '--bundle', bundle, '--pid-file', pidFile, id],
    env: runtimeEnvironment(),
    streams: { mounter: runtime.mounter, directory: bundle, nullDevice: join(runtime.traits.devices, 'null') },
    firstProcess: () => readPid(pidFile),
  }
  const result = await superviseStep(command, io, signal)
  const trouble = result.exitCode === 0 ? undefined : firstError(log)
  rmSync(log, { force: true })
  if (trouble === undefined) return result
  return resultOf(trouble, runtime.traits.runtime)
}

/** The runtime itself needs little; secrets and variables of the step are in its configuration only. */
function runtimeEnvironment(): Record<string, string> {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** The runtime's own complaint: what a step prints never gets into this file. */
function firstError(log: string): string | undefined {
  let text = ''
  try {
    text = readFileSync(log, 'utf8')
  } catch {
    return undefined
  }
  for (const line of text.split('\n')) {
    const entry = decodeEntry(line)
    if (entry !== undefined) return entry
  }
  return undefined
}

function decodeEntry(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { level?: string; msg?: string }
    return level === 'error' || level === 'fatal' ? msg : undefined
  } catch {
    return undefined
  }
}

/**
 * A program that cannot be started is the step's failure, 127 or 126 as shells have it, and the runtime has said so on
 * the step's standard error; anything else is ours.
 */
function resultOf(message: string, runtime: string): StepResult {
  if (/executable file .*not found|exec: .*(no such file|not found)|open executable.*no such file/i.test(message)) {
    return { exitCode: 127, oomKilled: false }
  }
  if (/exec(ute|utable|:|v).*(permission denied|not permitted|exec format error|is a directory)/i.test(message)) {
    return { exitCode: 126, oomKilled: false }
  }
  throw new SlipwayError('cannot-isolate', `${runtime} could not start the step: ${message}`, {
    hint: 'try another way with --isolation, and see slipway doctor',
  })
}
