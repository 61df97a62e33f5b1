import { createReadStream } from 'node:fs'
import { extractArchive } from '../../adapters/layer-store/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import {
  type CopyInput,
  type CopyPlan,
  type PlanFailure,
  planCopy,
  planMkdir,
  type PlannedEntry,
  type SelectedSource,
  type TreeView,
} from '../../fileset/index.ts'
import type { CopyOp, CopySource } from '../../plan/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { selectAll } from '../engine/select-tree.ts'
import { openTrees, type Trees } from '../engine/trees.ts'
import { looksLikeTar } from './looks-like-tar.ts'
import type { CallContext } from './protocol.ts'
import type { CopyJob, MkdirJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** COPY and ADD: plans the layer over the merged tree of the root and writes it. */
export async function copyTree(world: WorkerWorld, job: CopyJob, { signal, note }: CallContext): Promise<LayerRef> {
  const trees = openTrees({ layers: (layers) => world.layers.view(layers) })
  const dest = world.layers.view(job.op.link ? [] : job.root)
  const { chown, chmod, destination } = job.op
  const inputs = (await Promise.all(job.op.sources.map((source) => inputsOf(world, { trees, job, source })))).flat()
  const plan = planCopy(inputs, {
    dest,
    destination,
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
    time: now(),
  })
  const entries = entriesOf(plan, job.op)
  const moved = { kind: 'progress', id: 'copying', total: entries.length, unit: 'files' } as const
  const { link } = job.op
  const layer = await world.layers.commitEntries(entries, {
    lower: link ? [] : job.root,
    adoptFiles: !link,
    signal,
    onProgress: (current) => note({ ...moved, current }),
  })
  note({ ...moved, current: entries.length, done: true })
  return layer
}

/** WORKDIR. */
export function makeDirectory(
  world: WorkerWorld,
  { root, path, user }: MkdirJob,
  { signal }: CallContext,
): Promise<LayerRef> {
  const plan = planMkdir(world.layers.view(root), path, { user, time: now() })
  return world.layers.commitEntries(entriesOf(plan, { instruction: 'WORKDIR' }), { lower: root, signal })
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}

interface SourceContext {
  readonly trees: Trees
  readonly job: CopyJob
  readonly source: CopySource
}

async function inputsOf(world: WorkerWorld, { trees, job, source }: SourceContext): Promise<readonly CopyInput[]> {
  if (source.kind === 'inline') return [{ kind: 'inline', name: source.name, content: source.content }]
  const ref = job.inputs[source.input]
  if (ref === undefined) throw new SlipwayError('internal', `the copy has no input ${source.input}`)
  const tree = trees.view(ref)
  switch (source.kind) {
    case 'tree':
      return rootOf(tree, job.op.exclude)
    case 'download': {
      const [name] = tree.names('')
      const selected = selectAll(trees, ref, { patterns: [name ?? ''], exclude: [], parents: false, literal: true })
      const named = selected.map((one) => ({ ...one, name: source.name }))
      return unpacked(world, { tree, sources: named, unpack: source.unpack })
    }
    case 'path': {
      const { exclude, parents } = job.op
      const sources = selectAll(trees, ref, { patterns: [source.pattern], exclude, parents, literal: false })
      return unpacked(world, { tree, sources, unpack: source.unpack })
    }
  }
}

/** ADD of a repository: the files of the tree, copied by contents. */
function rootOf(tree: TreeView, exclude: readonly string[]): readonly CopyInput[] {
  const node = tree.node('')
  if (node === undefined) return []
  return [{ kind: 'selected', tree, source: { name: '', path: '', node, filter: { exclude } }, contents: false }]
}

interface Unpacking {
  readonly tree: TreeView
  readonly sources: readonly SelectedSource[]
  readonly unpack: boolean | 'auto'
}

/** ADD unpacks what its content shows to be a tar, compressed or not; everything else is copied. */
async function unpacked(world: WorkerWorld, { tree, sources, unpack }: Unpacking): Promise<readonly CopyInput[]> {
  const inputs: CopyInput[] = []
  for (const source of sources) {
    const entries =
      unpack === false || source.node.kind !== 'file' ? undefined : await archiveEntries(world, tree, source.path)
    inputs.push(
      entries === undefined ? { kind: 'selected', tree, source, contents: true } : { kind: 'archive', entries },
    )
  }
  return inputs
}

async function archiveEntries(
  world: WorkerWorld,
  tree: TreeView,
  path: string,
): Promise<readonly PlannedEntry[] | undefined> {
  const origin = tree.origin(path)
  if (origin.kind === 'inline') return undefined
  const file = fsPath(origin.kind === 'host' ? origin.path : `${world.layers.layerPath(origin.layer)}/${origin.path}`)
  const open = (): AsyncIterable<Uint8Array> => createReadStream(file, { highWaterMark: 1 << 20 })
  if (!(await looksLikeTar(open))) return undefined
  return extractArchive(open(), world.newDirectory('archive'))
}

function entriesOf(
  plan: CopyPlan,
  op: Pick<CopyOp, 'instruction'> | { readonly instruction: 'WORKDIR' },
): readonly PlannedEntry[] {
  if (plan.kind === 'planned') return plan.entries
  throw copyFailure(plan, op.instruction)
}

function copyFailure(failure: PlanFailure, instruction: string): SlipwayError {
  return new SlipwayError(
    'copy-failed',
    `${instruction}: ${failure.message}`,
    failure.hint === undefined ? {} : { hint: failure.hint },
  )
}
