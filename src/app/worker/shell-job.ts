import { lstatSync } from 'node:fs'
import path from 'node:path'
import type { StepMount, StepSpec } from '../../adapters/runtime/index.ts'
import { resolveInRoot } from '../../fileset/index.ts'
import { lowerDirs, stepSpec } from './exec-job.ts'
import { missingInterpreter } from '../../diagnose/index.ts'
import { isStatic } from '../../elf/index.ts'
import type { FindJob, ShellJob, Toolbox, WorkerMethods } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Below /dev, which is no part of the root file system: nothing has to be made there, and nothing stays. */
export const toolboxTarget = '/dev/slipway/toolbox'

/** The step of a job with what a failed command has left below its changes, and the toolbox beside it. */
export async function shellSpec(world: WorkerWorld, job: ShellJob, signal: AbortSignal): Promise<StepSpec> {
  const spec = await stepSpec(world, job, signal)
  const leftover = keptDirectory(world, job.leftover)
  return {
    ...spec,
    lowerDirs: [...spec.lowerDirs, ...(leftover === undefined ? [] : [leftover])],
    mounts: [...spec.mounts, ...(job.toolbox === undefined ? [] : [await toolboxMount(world, job.toolbox, signal)])],
    files: [...(spec.files ?? []), ...job.files],
  }
}

async function toolboxMount(world: WorkerWorld, toolbox: Toolbox, signal: AbortSignal): Promise<StepMount> {
  if (toolbox.kind === 'directory') return { type: 'host', target: toolboxTarget, path: toolbox.path, readonly: true }
  const source = { kind: 'layers', lowerDirs: await lowerDirs(world, toolbox.layers, signal) } as const
  return { type: 'bind', target: toolboxTarget, source, path: '/', readonly: true }
}

/** The first of some programs that is there, may be executed and has what it needs to start. */
export function findProgramIn(world: WorkerWorld, job: FindJob): WorkerMethods['find']['answer'] {
  const tree = world.layers.view(job.layers)
  const leftover = keptDirectory(world, job.leftover)
  for (const program of job.candidates) {
    const resolved = resolveInRoot(tree, program)
    if (typeof resolved !== 'string') continue
    const node = tree.node(resolved)
    if (node?.kind !== 'file' || (node.mode & 0o111) === 0) continue
    if (leftover !== undefined && isWhiteout(path.join(leftover, resolved))) continue
    if (job.static ? !isStatic(tree.read(resolved)) : missingInterpreter(tree, program) !== undefined) continue
    return { program, resolved: `/${resolved.replace(/^\//, '')}` }
  }
  return {}
}

function keptDirectory(world: WorkerWorld, name: string | undefined): string | undefined {
  return name === undefined ? undefined : world.kept.get(name)
}

function isWhiteout(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  return stats?.isCharacterDevice() === true && stats.rdev === 0
}
