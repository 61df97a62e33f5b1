import { treeIdentity } from '../../solver/index.ts'
import type { Engine, ExecRequest, LogSink } from '../../solver/index.ts'
import type { CallOptions } from '../worker/client.ts'
import type { CacheDirectory } from '../worker/worker-methods.ts'
import { type CacheMountPlaces, takeCache, type TakenCache } from './cache-mounts.ts'
import type { Preparer } from './prepare-layers.ts'
import { toLog, toProgress } from './forward-notes.ts'
import { selectDigest } from './select-tree.ts'
import type { Trees } from './trees.ts'
import type { CallWorker } from './worker-process.ts'

export interface EngineParts {
  readonly call: CallWorker
  readonly prepare: Preparer['prepare']
  readonly trees: Trees
  readonly cacheMounts: CacheMountPlaces
  readonly close: () => Promise<void>
}

/** The engine of the solver: questions about trees are answered here, work on layers is done by the worker. */
export function createEngine(parts: EngineParts): Engine {
  const { call, prepare, trees } = parts
  return {
    prepare,
    close: parts.close,
    adopt: (tree, signal) => call('adopt', { tree }, { signal }),
    select: (tree, selection, signal) => selectDigest(trees, tree, selection, signal),
    exec: (request, log, signal) => execWithCaches(parts, request, { log, signal }),
    copy: ({ op, root, inputs }, progress, signal) =>
      call('copy', { op, root, inputs }, { signal, onNote: toProgress(progress) }),
    mkdir: (root, path, user, signal) => call('mkdir', { root, path, user }, { signal }),
  }
}

async function execWithCaches(
  { call, cacheMounts }: EngineParts,
  request: ExecRequest,
  more: { readonly log: LogSink; readonly signal: AbortSignal },
): ReturnType<Engine['exec']> {
  const { op, root, inputs, secrets } = request
  const { signal } = more
  const taken: { readonly mount: number; readonly cache: TakenCache }[] = []
  try {
    for (const [mount, spec] of inLockOrder(op.mounts)) {
      if (spec.type !== 'cache') continue
      const seed = spec.input === undefined ? undefined : inputs[spec.input]
      const prepare = async (path: string): Promise<void> => {
        await call('prepareCache', { mount: spec, path, ...(seed === undefined ? {} : { seed }) }, { signal })
      }
      taken.push({ mount, cache: await takeCache(cacheMounts, spec, { seed: seedOf(request, spec), signal, prepare }) })
    }
    const caches = taken.map(({ mount, cache }): CacheDirectory => ({ mount, path: cache.path }))
    const options: CallOptions = { signal, onNote: toLog(more.log) }
    return await call('exec', { op, root, inputs, secrets, caches }, options)
  } finally {
    for (const { cache } of taken) cache.release()
  }
}

/** Two steps that lock the same two caches must not wait for each other: everybody locks in the order of ids. */
function inLockOrder(mounts: ExecRequest['op']['mounts']): readonly [number, ExecRequest['op']['mounts'][number]][] {
  const name = (mount: ExecRequest['op']['mounts'][number]): string => (mount.type === 'cache' ? mount.id : '')
  return [...mounts.entries()].sort(([, a], [, b]) => (name(a) < name(b) ? -1 : 1))
}

function seedOf(request: ExecRequest, mount: ExecRequest['op']['mounts'][number] & { type: 'cache' }): string {
  if (mount.input === undefined) return ''
  const tree = request.inputs[mount.input]
  const identity = tree?.kind === 'layers' ? treeIdentity(tree.layers) : (tree?.path ?? '')
  return `${identity} ${mount.source ?? ''}`
}
