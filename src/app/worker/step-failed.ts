import type { StepResult } from '../../adapters/runtime/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { explainFailure, type FailedStep } from '../../diagnose/index.ts'
import { cleanPath, type TreeView } from '../../fileset/index.ts'
import type { MountSpec } from '../../plan/index.ts'
import { failedTree } from './failed-tree.ts'
import type { ExecJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Lines that an error shows; the log file has them all. */
const shownLines = 20

export interface StepFailure {
  readonly result: Pick<StepResult, 'exitCode' | 'signal' | 'oomKilled'>
  /** The end of the output, more of it than is shown. */
  readonly lines: readonly string[]
  /** What the command changed. */
  readonly upperDir: string
}

/** The error for a command that failed: how it ended, its last lines, the most likely reason and what to do. */
export function stepFailed(world: WorkerWorld, job: ExecJob, { result, lines, upperDir }: StepFailure): SlipwayError {
  const how = result.oomKilled
    ? 'was killed because the machine ran out of memory'
    : result.signal === undefined
      ? `did not complete successfully: exit code: ${result.exitCode}`
      : `was ended by ${result.signal}`
  const explanation = explainFailure({ ...knownOf(world, job), ...result, lines, tree: treeOf(world, job, upperDir) })
  return new SlipwayError('run-failed', `process ${JSON.stringify(job.op.argv.join(' '))} ${how}`, {
    notes: lines.slice(-shownLines),
    ...(explanation === undefined
      ? {}
      : { hint: [explanation.reason, ...explanation.advice].join('\n'), wanted: explanation.wanted ?? [] }),
  })
}

function knownOf(
  { config }: WorkerWorld,
  { op, secrets, userSetAt }: ExecJob,
): Omit<FailedStep, 'exitCode' | 'oomKilled' | 'lines' | 'tree'> {
  const { argv, env, cwd, user, network } = op
  const proxies = [...secrets.proxyEnv, ...secrets.givenProxyEnv].map((pair) => pair.slice(0, pair.indexOf('=')))
  return {
    argv,
    env,
    cwd,
    user,
    network,
    mounts: op.mounts.flatMap((mount) => mountOf(mount) ?? []),
    machine: { ...config.machine, proxies },
    ...(userSetAt === undefined ? {} : { userSetAt }),
  }
}

function mountOf(mount: MountSpec): FailedStep['mounts'][number] | undefined {
  if (mount.target === undefined) return undefined
  const readonly = 'readonly' in mount ? mount.readonly : true
  return { type: mount.type, target: mount.target, readonly }
}

function treeOf(world: WorkerWorld, job: ExecJob, upperDir: string): TreeView {
  const caches = job.caches.flatMap(({ mount, path }) => {
    const target = job.op.mounts[mount]?.target
    return target === undefined ? [] : [{ at: cleanPath(target), directory: path }]
  })
  return failedTree(world.layers.view(job.root), [{ at: '', directory: upperDir }, ...caches])
}
