import { type Digest, toPlainError } from '../../core/index.ts'
import type { CacheIndex, CacheRecord, LayerRef, SelectionMemo, SolverPorts } from '../../solver/index.ts'
import type { BuildTrace } from '../../why/index.ts'
import type { Session } from '../session.ts'
import { type ListedMount, listMounts } from '../travelling-mounts/import-mounts.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import type { CacheSource } from './cache-spec.ts'
import { buildsIn, type OpenSource, openSource, recordsIn, selectionIn } from './cache-sources.ts'
import { createPromises, type Promises } from './promises.ts'

/** What other machines have built, for the time of one build. Nothing in here ever fails a build. */
export interface Imports extends Pick<Promises, 'requireBlobs' | 'isLost' | 'takeLosses'> {
  /** Tells the events of solves that begin again because something that was promised is not there. */
  readonly attempts: Attempts
  /** The ports of a build that asks the index of this machine first, and what was imported then. */
  over(ports: SolverPorts): SolverPorts
  /** The imported builds, for comparisons. */
  builds(): Promise<readonly BuildTrace[]>
  listing(key: Digest): Promise<string | undefined>
  /** The cache mounts that the sources hold. */
  readonly mounts: Promise<readonly ListedMount[]>
  /** Brings those blobs here that could not be had any more when this process has ended. */
  keep(layers: readonly LayerRef[]): Promise<void>
  close(): Promise<void>
}

/** Asks all sources side by side. A build that needs none of them does not wait. */
export function startImports(
  session: Session,
  specs: readonly CacheSource[],
  world: { readonly cwd: string; readonly signal: AbortSignal },
): Imports {
  const ended = new AbortController()
  const signal = AbortSignal.any([world.signal, ended.signal])
  const sources = specs.map((spec) => openSource(session, spec, { ...world, signal }))
  const all = Promise.all(sources).then((opened) => opened.filter((one) => one !== undefined))
  const mounts = loadMounts(session, all, signal)
  session.cacheMounts.arrivals.offer(async (name) => (await mounts).find((one) => one.name === name))
  const promises = createPromises(session)
  const attempts = createAttempts(session.emit, promises.hasLosses)
  const { requireBlobs, isLost, takeLosses } = promises
  return {
    requireBlobs,
    isLost,
    takeLosses,
    attempts,
    mounts,
    over: ({ cache, memo, engine, ...ports }) => ({
      ...ports,
      cache: cacheOver(cache, sources, promises),
      memo: memoOver(memo, sources),
      emit: attempts.emit,
      engine: {
        ...engine,
        async prepare(layers, progress, until) {
          requireBlobs(layers)
          await engine.prepare(layers, progress, until)
        },
      },
    }),
    builds: async () => (await all).flatMap(buildsIn),
    listing: (key) => firstOf(sources, ({ loaded, timeout }) => loaded.listing(key, within(signal, timeout))),
    keep: (layers) => promises.keep(layers, signal),
    async close() {
      // What has not been loaded by now is not needed.
      ended.abort()
      await promises.settle()
      await Promise.allSettled((await all).map(({ cache }) => cache.close()))
    },
  }
}

/** The cache mounts that the sources hold, for steps whose own are not here yet. */
async function loadMounts(
  session: Session,
  sources: Promise<readonly OpenSource[]>,
  signal: AbortSignal,
): Promise<readonly ListedMount[]> {
  const lists = (await sources).map(async ({ cache, loaded, mounts, timeout }) => {
    if (mounts === undefined) return []
    try {
      const source = { cache, documents: loaded.mounts }
      return await listMounts(session, source, { options: mounts, timeout, signal })
    } catch (error) {
      const reason = toPlainError(error).message
      if (!signal.aborted) session.cacheMounts.arrivals.tell(`no cache mounts come from ${cache.label}: ${reason}`)
      return []
    }
  })
  return (await Promise.all(lists)).flat()
}

function within(signal: AbortSignal, milliseconds: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)])
}

/** Sources that are still being asked are waited for when those before them have nothing. */
type Sources = readonly Promise<OpenSource | undefined>[]

function cacheOver(cache: CacheIndex, sources: Sources, promises: Promises): CacheIndex {
  return {
    put: (record) => cache.put(record),
    get: async (key) => (await cache.get(key)) ?? firstOf(sources, (source) => usable(source, key, promises)),
  }
}

function usable(source: OpenSource, key: Digest, promises: Promises): CacheRecord | undefined {
  for (const one of recordsIn(source, key)) {
    const record = promises.use(one)
    if (record !== undefined) return record
  }
  return undefined
}

function memoOver(memo: SelectionMemo, sources: Sources): SelectionMemo {
  return {
    put: (key, value) => memo.put(key, value),
    get: async (key) => (await memo.get(key)) ?? firstOf(sources, (source) => selectionIn(source, key)),
  }
}

async function firstOf<R>(
  sources: Sources,
  pick: (source: OpenSource) => R | undefined | Promise<R | undefined>,
): Promise<R | undefined> {
  for (const loading of sources) {
    const source = await loading
    const picked = source === undefined ? undefined : await pick(source)
    if (picked !== undefined) return picked
  }
  return undefined
}
