import path from 'node:path'
import { formatPlatform } from '../../oci/index.ts'
import { type ExecRequest, treeIdentity } from '../../solver/index.ts'
import type { CacheDirectory, ExecJob } from '../worker/worker-methods.ts'
import { cacheHome, type CacheMountPlaces, takeCache, type TakenCache } from './cache-mounts.ts'
import type { CallWorker } from './worker-process.ts'

export interface CacheKeeper {
  readonly call: CallWorker
  readonly cacheMounts: CacheMountPlaces
  /** Told each cache, as a path below the root, before it is looked for. */
  readonly hold: (path: string) => void
}

/** A cache mount of a step and the directory that was taken for it. */
export interface HeldCache extends TakenCache {
  /** Index into the mounts of the op. */
  readonly mount: number
}

/**
 * Takes the directories of a step's cache mounts, as their `sharing` says, for the time of `use`. Mounts of one cache in one
 * step are one user of it, as the first of them wants it.
 */
export async function withCaches<T>(
  { call, cacheMounts, hold }: CacheKeeper,
  request: ExecRequest,
  { signal, use }: { readonly signal: AbortSignal; readonly use: (caches: readonly HeldCache[]) => Promise<T> },
): Promise<T> {
  const { inputs, step = '', platform } = request
  const taken = new Map<string, TakenCache>()
  try {
    const caches: HeldCache[] = []
    for (const { mount, spec, home } of inLockOrder(cacheMounts, request)) {
      hold(`cache-mounts/${path.basename(home)}`)
      const seed = spec.input === undefined ? undefined : inputs[spec.input]
      const prepare = async (directory: string): Promise<void> => {
        await call(
          'prepareCache',
          { mount: spec, path: directory, ...(seed === undefined ? {} : { seed }) },
          { signal },
        )
      }
      const wants = { seed: seedOf(request, spec), step, platform: formatPlatform(platform), signal, prepare }
      const cache = taken.get(home) ?? (await takeCache(cacheMounts, spec, wants))
      taken.set(home, cache)
      caches.push({ ...cache, mount })
    }
    return await use(caches)
  } finally {
    for (const cache of taken.values()) cache.release()
  }
}

/** What the worker has to know of a request. */
export function execJob(
  { op, platform, step, root, inputs, secrets, userSetAt }: ExecRequest,
  held: readonly HeldCache[],
): ExecJob {
  const caches = held.map(({ mount, path }): CacheDirectory => ({ mount, path }))
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

type CacheSpec = ExecRequest['op']['mounts'][number] & { readonly type: 'cache' }

/** Two steps that lock the same two caches must not wait for each other: everybody locks in the same order. */
function inLockOrder(
  places: CacheMountPlaces,
  request: ExecRequest,
): readonly { readonly mount: number; readonly spec: CacheSpec; readonly home: string }[] {
  return request.op.mounts
    .flatMap((spec, mount) => {
      if (spec.type !== 'cache') return []
      return { mount, spec, home: cacheHome(places, spec, seedOf(request, spec)) }
    })
    .sort((a, b) => (a.home < b.home ? -1 : a.home > b.home ? 1 : a.mount - b.mount))
}

function seedOf(request: ExecRequest, mount: CacheSpec): string {
  if (mount.input === undefined) return ''
  const tree = request.inputs[mount.input]
  return tree?.kind === 'layers' ? treeIdentity(tree.layers) : (tree?.path ?? '')
}
