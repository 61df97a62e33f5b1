import { createReadStream } from 'node:fs'
import { extractArchive, type LayerStore } from '../../adapters/layer-store/index.ts'
import { digestOf, fsPath, hexOf, SlipwayError } from '../../core/index.ts'
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
import type { LayerRef, SelectionMemo, TreeRef } from '../../solver/index.ts'
import type { CopiedFrom } from '../blame/copied-from.ts'
import type { CallContext } from '../worker/protocol.ts'
import type { CopyJob, MkdirJob } from '../worker/worker-methods.ts'
import { looksLikeTar } from './looks-like-tar.ts'
import { selectAll } from './select-tree.ts'
import type { Trees } from './trees.ts'

/** What it takes to make layers of files: no privilege but that of reading them. */
export interface CopyWorld {
  readonly layers: LayerStore
  readonly trees: Trees
  /** Remembers what a copy came to last time. */
  readonly memo?: SelectionMemo
  /** Told where the files of a new layer came from. */
  readonly copied: Pick<CopiedFrom, 'put'>
  /** A new empty directory that goes with the process. */
  newDirectory(name: string): string
}

/** COPY and ADD: plans the layer over the merged tree of the root and writes it. */
export async function copyTree(world: CopyWorld, job: CopyJob, { signal, note }: CallContext): Promise<LayerRef> {
  const dest = world.layers.view(job.op.link ? [] : job.root)
  const { chown, chmod, destination } = job.op
  const inputs = (await Promise.all(job.op.sources.map((source) => inputsOf(world, { job, source })))).flat()
  const plan = planCopy(inputs, {
    dest,
    destination,
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
    time: now(),
  })
  const entries = entriesOf(plan, job.op)
  const moved = { kind: 'progress', id: 'copying', total: entries.length, unit: 'files' } as const
  const key = digestOf(`copied ${JSON.stringify([job.op, job.inputs.map(placeOf)])}`)
  const like = await world.memo?.get(key)
  const layer = await world.layers.commitEntries(entries, {
    signal,
    ...(like === undefined ? {} : { like: hexOf(like) }),
    onProgress: (current) => note({ ...moved, current }),
  })
  await world.memo?.put(key, layer.diffId)
  world.copied.put(layer.id, entries, job.inputs)
  note({ ...moved, current: entries.length, done: true })
  return layer
}

function placeOf(input: TreeRef): string {
  return input.kind === 'host' ? input.path : 'layers'
}

/** WORKDIR. */
export function makeDirectory(
  world: CopyWorld,
  { root, path, user }: MkdirJob,
  { signal }: Pick<CallContext, 'signal'>,
): Promise<LayerRef> {
  const plan = planMkdir(world.layers.view(root), path, { user, time: now() })
  return world.layers.commitEntries(entriesOf(plan, { instruction: 'WORKDIR' }), { signal })
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}

interface SourceContext {
  readonly job: CopyJob
  readonly source: CopySource
}

async function inputsOf(world: CopyWorld, { job, source }: SourceContext): Promise<readonly CopyInput[]> {
  const { trees } = world
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
async function unpacked(world: CopyWorld, { tree, sources, unpack }: Unpacking): Promise<readonly CopyInput[]> {
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

const highWaterMark = 1 << 20

async function archiveEntries(
  world: CopyWorld,
  tree: TreeView,
  path: string,
): Promise<readonly PlannedEntry[] | undefined> {
  const origin = tree.origin(path)
  const size = tree.node(path)?.size ?? 0
  if (origin.kind === 'inline' || size === 0) return undefined
  const open = (): AsyncIterable<Uint8Array> => {
    if (origin.kind === 'host') return createReadStream(fsPath(origin.path), { highWaterMark })
    const { handle, offset } = world.layers.open(origin.layer, origin.path)
    return createReadStream('', { fd: handle, start: offset, end: offset + size - 1, highWaterMark })
  }
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
