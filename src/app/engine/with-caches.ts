import path from 'node:path'
import { toPlainError } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { type ExecRequest, treeIdentity } from '../../solver/index.ts'
import type { CacheDirectory, ExecJob } from '../worker/worker-methods.ts'
import { cacheHome, type CacheMountPlaces, takeCache, type TakenCache } from './cache-mounts.ts'
import type { MountArrivals } from './mount-arrivals.ts'
import type { CallWorker } from './worker-process.ts'

/** Where caches are kept, and who may have content for one that is not here yet. */
export interface CachePlaces extends CacheMountPlaces {
  readonly arrivals: MountArrivals
}

export interface CacheKeeper {
  readonly call: CallWorker
  readonly cacheMounts: CachePlaces
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
  keeper: CacheKeeper,
  request: ExecRequest,
  { signal, use }: { readonly signal: AbortSignal; readonly use: (caches: readonly HeldCache[]) => Promise<T> },
): Promise<T> {
  const { call, cacheMounts, hold } = keeper
  const { inputs, step = '', platform } = request
  const taken = new Map<string, TakenCache>()
  const arrived = new Set<string>()
  try {
    const caches: HeldCache[] = []
    for (const { mount, spec, home } of inLockOrder(cacheMounts, request)) {
      hold(`cache-mounts/${path.basename(home)}`)
      const seed = spec.input === undefined ? undefined : inputs[spec.input]
      const prepare = async (directory: string): Promise<void> => {
        if (await fillFromElsewhere(keeper, spec, { home, directory, signal })) return void arrived.add(home)
        await call(
          'prepareCache',
          { mount: spec, path: directory, ...(seed === undefined ? {} : { seed }) },
          { signal },
        )
      }
      const wants = { seed: seedOf(request, spec), step, platform: formatPlatform(platform), signal, prepare }
      const cache = taken.get(home) ?? (await takeCache(cacheMounts, spec, wants))
      taken.set(home, cache)
      caches.push({ ...cache, isNew: cache.isNew && !arrived.has(home), mount })
    }
    return await use(caches)
  } finally {
    for (const cache of taken.values()) cache.release()
  }
}

/** Longer than that nobody waits for what would only save time. */
const arrivalPatience = 300_000

interface NewCache {
  readonly home: string
  readonly directory: string
  readonly signal: AbortSignal
}

/** Fills a new directory with what an external cache has for it, if one has; whatever goes wrong leaves it empty. */
async function fillFromElsewhere(
  { call, cacheMounts: { arrivals } }: CacheKeeper,
  mount: CacheSpec,
  { home, directory, signal }: NewCache,
): Promise<boolean> {
  // Further slots are for those who find the first one taken, for a while.
  if (!path.basename(directory).startsWith('data-0-')) return false
  const arrival = await arrivals.find(path.basename(home))
  if (arrival === undefined) return false
  try {
    await call('prepareCache', { mount, path: directory }, { signal })
    await arrival.fill(directory, AbortSignal.any([signal, AbortSignal.timeout(arrivalPatience)]))
    arrivals.tell(`the cache mount ${mount.id} comes from ${arrival.from}`)
    return true
  } catch (error) {
    if (signal.aborted) throw error
    arrivals.tell(`the cache mount ${mount.id} does not come from ${arrival.from}: ${toPlainError(error).message}`)
    return false
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
