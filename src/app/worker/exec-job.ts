import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { openDirectory } from '../../adapters/context/index.ts'
import type { BindSource, StepMount, StepSpec } from '../../adapters/runtime/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { resolveInRoot } from '../../fileset/index.ts'
import type { MountSpec } from '../../plan/index.ts'
import type { LayerRef, TreeRef } from '../../solver/index.ts'
import { watchCaches } from './cache-report.ts'
import { logTail } from './log-tail.ts'
import type { CallContext } from './protocol.ts'
import type { ExecJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'
import { filteredTree } from './filtered-tree.ts'
import { checkStart, mountedRoot } from './check-start.ts'
import { cannotStart } from './cannot-start.ts'
import { stepFailed } from './step-failed.ts'

/** Enough to hold the first line of a message that a page of advice follows, as npm prints it. */
const explainedLines = 200

/** As shells have it for a program that cannot be started. */
const notStarted = 127

const emulatedStep = (architecture: string): string =>
  `programs for ${architecture} are emulated here, which is slow; cross-compiling is not`

/** RUN: runs the command over the root and makes a layer of what it changed. */
export async function execStep(world: WorkerWorld, job: ExecJob, { signal, note }: CallContext): Promise<LayerRef> {
  const runtime = await world.runtime()
  // Its thread starts while the command runs, not after it.
  world.layers.warm()
  const spec = await stepSpec(world, job, signal)
  const tail = logTail(explainedLines)
  const write = (stream: 'stdout' | 'stderr', data: Uint8Array): void => {
    tail.add(stream, data)
    note({ kind: 'log', stream, data })
  }
  const beforeStart = async (root: string): Promise<number | undefined> => {
    const command = { ...job.op, beside: mountTargets(spec) }
    const { refused, foreign } = await checkStart(world, mountedRoot(root), command)
    if (foreign !== undefined && refused !== undefined) throw cannotStart(job, foreign, refused)
    if (foreign !== undefined) note({ kind: 'sentence', text: emulatedStep(foreign) })
    return refused === undefined ? undefined : notStarted
  }
  const caches = watchCaches(world, job, spec.upperDir)
  const result = await runtime.runStep({ ...spec, beforeStart }, { kind: 'capture', write }, signal)
  if (result.exitCode !== 0 && job.keep !== undefined) {
    world.kept.set(job.keep, spec.upperDir)
    note({ kind: 'kept' })
  }
  if (result.exitCode !== 0) throw stepFailed(world, job, { result, lines: tail.lines(), upperDir: spec.upperDir })
  await caches?.ended()
  const committed = world.layers.commitUpper(spec.upperDir, { signal })
  if (caches !== undefined) note({ kind: 'caches', report: await caches.report(committed) })
  return committed
}

function mountTargets({ mounts, files = [] }: StepSpec): readonly string[] {
  return [...mounts, ...files].flatMap(({ target }) => target ?? [])
}

/** A RUN with its sources in place, over a new upper directory. */
export async function stepSpec(world: WorkerWorld, job: ExecJob, signal: AbortSignal): Promise<StepSpec> {
  const { op, secrets } = job
  const directory = world.newDirectory('step')
  const upperDir = path.join(directory, 'upper')
  const workDir = path.join(directory, 'work')
  for (const made of [upperDir, workDir]) mkdirSync(made, { mode: 0o755 })
  const mounts = await Promise.all(op.mounts.map((mount, index) => resolveMount(world, { job, mount, index, signal })))
  const { trust } = world.config
  return {
    lowerDirs: await lowerDirs(world, job.root, signal),
    upperDir,
    workDir,
    argv: op.argv,
    env: [...op.env, ...secrets.givenProxyEnv],
    proxyEnv: secrets.proxyEnv,
    cwd: op.cwd,
    user: op.user,
    hostname: op.hostname,
    network: op.network,
    security: op.security,
    mounts: mounts.filter((mount) => mount !== undefined),
    ...(op.script === undefined
      ? {}
      : { files: [{ target: op.script.path, content: op.script.content, mode: 0o755 }] }),
    ...(op.shmSize === undefined ? {} : { shmSize: op.shmSize }),
    ...(op.ulimits === undefined ? {} : { ulimits: op.ulimits }),
    ...(op.extraHosts === undefined ? {} : { extraHosts: op.extraHosts }),
    ...(trust === undefined ? {} : { trust }),
  }
}

/**
 * Directories of a stack, lowest first. overlayfs refuses a directory that stands twice (two steps that changed nothing
 * make the same layer); of equal layers the topmost alone has the effect of all.
 */
export function lowerDirs(
  world: WorkerWorld,
  layers: readonly LayerRef[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const last = new Map(layers.map((layer, index) => [layer.id, index]))
  const different = layers.filter((layer, index) => last.get(layer.id) === index)
  return Promise.all(different.map((layer) => world.layers.directory(layer.id, signal)))
}

interface MountContext {
  readonly job: ExecJob
  readonly mount: MountSpec
  readonly index: number
  readonly signal: AbortSignal
}

/** A mount with its source in place; undefined for an optional secret or agent that was not given. */
async function resolveMount(
  world: WorkerWorld,
  { job, mount, index, signal }: MountContext,
): Promise<StepMount | undefined> {
  switch (mount.type) {
    case 'tmpfs':
      return mount
    case 'bind': {
      const source = await bindSource(world, treeAt(job, mount.input), signal)
      return { type: 'bind', target: mount.target, source, path: mount.source, readonly: mount.readonly }
    }
    case 'cache': {
      const cache = job.caches.find((one) => one.mount === index)
      if (cache === undefined)
        throw new SlipwayError('internal', `no directory was taken for the cache mount ${mount.id}`)
      return { type: 'host', target: mount.target, path: partOfCache(cache.path, mount), readonly: mount.readonly }
    }
    case 'secret': {
      const content = job.secrets.secrets[mount.id]
      const { target, env, mode, uid, gid } = mount
      // A variable is set even then, and hides one of the image.
      if (content === undefined)
        return env === undefined ? undefined : { type: 'secret', content: new Uint8Array(), env, mode, uid, gid }
      return {
        type: 'secret',
        content,
        mode,
        uid,
        gid,
        ...(target === undefined ? {} : { target }),
        ...(env === undefined ? {} : { env }),
      }
    }
    case 'ssh': {
      const agent = job.secrets.ssh[mount.id]
      if (agent === undefined) return undefined
      const { target, mode, uid, gid } = mount
      const keys = (agent.keys ?? []).map((file) => readFileSync(file))
      return {
        type: 'ssh',
        target,
        mode,
        uid,
        gid,
        agent: agent.socket === undefined ? { keys } : { socket: agent.socket },
      }
    }
  }
}

/** The path on this machine of what `source=` names in a cache; links are followed inside it. */
function partOfCache(directory: string, { id, source = '/' }: MountSpec & { readonly type: 'cache' }): string {
  const view = openDirectory(directory)
  const found = resolveInRoot(view, source)
  if (typeof found === 'string' && view.node(found) !== undefined) return path.join(directory, found)
  throw new SlipwayError('context-path-missing', `the cache ${JSON.stringify(id)} has no ${source}`, {
    hint: 'source= names a path in the cache, which starts as the stage, image or context of from=, or empty',
  })
}

function treeAt(job: ExecJob, input: number): TreeRef {
  const tree = job.inputs[input]
  if (tree === undefined) throw new SlipwayError('internal', `the step has no input ${input}`)
  return tree
}

async function bindSource(world: WorkerWorld, tree: TreeRef, signal: AbortSignal): Promise<BindSource> {
  if (tree.kind === 'layers') return { kind: 'layers', lowerDirs: await lowerDirs(world, tree.layers, signal) }
  return { kind: 'layers', lowerDirs: [await filteredTree(world, tree, signal)] }
}
