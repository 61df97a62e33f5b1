import { type ExecRequest, treeIdentity } from '../../solver/index.ts'
import type { CacheDirectory, ExecJob } from '../worker/worker-methods.ts'
import { type CacheMountPlaces, takeCache, type TakenCache } from './cache-mounts.ts'
import type { CallWorker } from './worker-process.ts'

export interface CacheKeeper {
  readonly call: CallWorker
  readonly cacheMounts: CacheMountPlaces
}

/** Takes the directories of a step's cache mounts, as their `sharing` says, for the time of `use`. */
export async function withCaches<T>(
  { call, cacheMounts }: CacheKeeper,
  request: ExecRequest,
  { signal, use }: { readonly signal: AbortSignal; readonly use: (caches: readonly CacheDirectory[]) => Promise<T> },
): Promise<T> {
  const { op, inputs } = request
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
    return await use(taken.map(({ mount, cache }): CacheDirectory => ({ mount, path: cache.path })))
  } finally {
    for (const { cache } of taken) cache.release()
  }
}

/** What the worker has to know of a request. */
export function execJob(
  { op, platform, step, root, inputs, secrets, userSetAt }: ExecRequest,
  caches: readonly CacheDirectory[],
): ExecJob {
  return {
    op,
    platform,
    root,
    inputs,
    secrets,
    caches,
    ...(step === undefined ? {} : { step }),
    ...(userSetAt === undefined ? {} : { userSetAt }),
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
  return tree?.kind === 'layers' ? treeIdentity(tree.layers) : (tree?.path ?? '')
}
