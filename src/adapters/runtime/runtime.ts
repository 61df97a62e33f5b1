import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { embeddedStarts, runEmbedded } from './embedded-runtime.ts'
import { identityMap } from './identity-map.ts'
import { loadMounter, type Mounter } from './linux-mount.ts'
import { deviceNodes, type OciTraits, type PreparedStep } from './oci-config.ts'
import { runWithOci } from './oci-runtime.ts'
import { prepareStep, type RuntimeContext } from './prepare-step.ts'
import type { StepIo, StepResult, StepSpec, StepTrace } from './step-spec.ts'
import { startTracer } from './trace/trace-step.ts'

/** A way to run steps that has been found to work here. Plain data. */
export type Isolation =
  | {
      readonly kind: 'crun' | 'runc'
      /** Absolute path. */
      readonly program: string
      readonly cgroupMount: boolean
      readonly nodevRoot: boolean
      readonly mknod: boolean
    }
  | { readonly kind: 'embedded' }

/** Runs steps in the namespaces of this process. */
export interface Runtime {
  readonly isolation: Isolation
  /**
   * Runs one step to its end. The changes are then in `spec.upperDir` without traces of mounts. Rejects with `cancelled` on
   * abort, `unknown-user`, `context-path-missing`, `ssh-missing`, `run-failed` for impossible mounts, and `cannot-isolate`
   * when the machine refuses; a program that fails is a result.
   */
  runStep(spec: StepSpec, io: StepIo, signal: AbortSignal): Promise<StepResult>
  close(): void
}

/**
 * Opens a runtime inside the namespaces that `spawnInNamespaces` made. `stateDir` is a directory of this process alone, on
 * a file system that can carry overlayfs; a tmpfs is mounted in it. The caller removes it when the process is gone.
 */
export async function openRuntime(options: {
  readonly stateDir: string
  readonly isolation: Isolation
}): Promise<Runtime> {
  const { stateDir, isolation } = options
  const mounter = await loadMounter()
  const memory = join(stateDir, 'memory')
  const scratch = join(stateDir, 'scratch')
  for (const directory of [memory, scratch]) mkdirSync(directory, { recursive: true, mode: 0o711 })
  mounter.mount({ source: 'slipway', target: memory, type: 'tmpfs', options: 'mode=0711', flags: ['nosuid', 'nodev'] })
  const coveredCgroups = isolation.kind === 'crun' && unifyCgroups(mounter)
  const identity = identityMap()
  const devices = identity.userNamespace ? '/dev' : makeDevices(mounter, join(stateDir, 'devices'))
  const context = { mounter, memory, scratch, devices, ...identity }
  // Process ids do not tell workers apart: each is number 1 of its namespace.
  const name = randomBytes(6).toString('hex')
  let counter = 0
  return {
    isolation,
    runStep: (spec, io, signal) => runOne(context, isolation, { spec, io, signal, id: `${name}-${(counter += 1)}` }),
    close: () => {
      if (coveredCgroups) mounter.unmount('/sys/fs/cgroup')
      if (devices !== '/dev') mounter.unmount(devices)
      mounter.unmount(memory)
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

interface OneStep {
  readonly spec: StepSpec
  readonly io: StepIo
  readonly signal: AbortSignal
  readonly id: string
}

async function runOne(
  context: RuntimeContext,
  isolation: Isolation,
  { spec, io, signal, id }: OneStep,
): Promise<StepResult> {
  signal.throwIfAborted()
  const prepared = await prepareStep(context, spec, { id, terminal: io.kind === 'inherit' && io.terminal })
  try {
    const refused = await spec.beforeStart?.(prepared.step.root)
    if (refused !== undefined) return { exitCode: refused, oomKilled: false }
    const step = withSize(prepared.step, io)
    const { directory } = prepared
    return await traced(context, isolation, { step, trace: spec.trace, directory }, (watched) =>
      launch(context, isolation, { step: watched, directory, io, signal, id }),
    )
  } finally {
    prepared.dismantle()
  }
}

async function traced(
  { mounter }: RuntimeContext,
  { kind }: Isolation,
  {
    step,
    trace,
    directory,
  }: { readonly step: PreparedStep; readonly trace: StepTrace | undefined; readonly directory: string },
  run: (step: PreparedStep) => Promise<StepResult>,
): Promise<StepResult> {
  if (trace === undefined) return run(step)
  const filtered = kind !== 'embedded'
  const programs = filtered ? 1 : embeddedStarts(step)
  const tracer = await startTracer(trace, { directory, mounter, programs, filtered, account: step.account })
  try {
    return await run(tracer === undefined ? step : { ...step, gate: tracer.gate })
  } finally {
    await tracer?.close()
  }
}

function withSize(step: PreparedStep, io: StepIo): PreparedStep {
  return io.kind === 'inherit' && io.terminal && io.size !== undefined ? { ...step, terminalSize: io.size } : step
}

interface Launch {
  readonly step: PreparedStep
  readonly directory: string
  readonly io: StepIo
  readonly signal: AbortSignal
  readonly id: string
}

function launch(
  context: RuntimeContext,
  isolation: Isolation,
  { step, directory, io, signal, id }: Launch,
): Promise<StepResult> {
  const traits = traitsOf(context, isolation)
  if (isolation.kind === 'embedded')
    return runEmbedded(step, traits, { directory, mounter: context.mounter, io, signal })
  const runtime = {
    program: isolation.program,
    traits,
    mounter: context.mounter,
    stateDir: join(context.memory, 'runtime'),
  }
  return runWithOci(runtime, step, { bundle: directory, id: `slipway-${id}`, io, signal })
}

function traitsOf(context: RuntimeContext, isolation: Isolation): OciTraits {
  const shared = {
    userNamespace: context.userNamespace,
    singleId: context.singleId,
    capabilities: boundingSet(),
    devices: context.devices,
  }
  if (isolation.kind === 'embedded')
    return { ...shared, runtime: 'crun', cgroupMount: false, nodevRoot: false, mknod: true }
  const { kind, cgroupMount, nodevRoot, mknod } = isolation
  return { ...shared, runtime: kind, cgroupMount, nodevRoot, mknod }
}

/**
 * Device nodes of our own for root, whose steps could change owner and mode of the host's. Only a file system without
 * `nodev` carries them, so they have their own.
 */
function makeDevices(mounter: Mounter, directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o711 })
  mounter.mount({
    source: 'slipway',
    target: directory,
    type: 'tmpfs',
    options: 'mode=0711,size=64k',
    flags: ['nosuid', 'noexec'],
  })
  const commands = deviceNodes.map(({ name, minor, major }) => `mknod ${name} c ${major} ${minor}`).join(' && ')
  const made = spawnSync('sh', ['-c', commands], { cwd: directory, encoding: 'utf8' })
  if (made.status === 0) return directory
  mounter.unmount(directory)
  throw new SlipwayError('cannot-isolate', `cannot make device nodes: ${made.stderr.trim()}`, {
    hint: 'run with CAP_MKNOD',
  })
}

const cgroup2Magic = 0x63677270

/** crun refuses hosts with old and new control groups side by side; a cgroup2 mount of our own hides the old ones. */
function unifyCgroups(mounter: Mounter): boolean {
  try {
    if (statfsSync('/sys/fs/cgroup').type === cgroup2Magic) return false
    mounter.mount({ source: 'cgroup2', target: '/sys/fs/cgroup', type: 'cgroup2' })
    return true
  } catch {
    return false
  }
}

function boundingSet(): bigint {
  return BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
}
