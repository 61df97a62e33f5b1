import type { RemoteCache } from '../../adapters/remote-cache/index.ts'
import { type Digest, hexOf, toPlainError } from '../../core/index.ts'
import type { CacheRecord } from '../../solver/index.ts'
import type { BuildTrace } from '../../why/index.ts'
import type { Session } from '../session.ts'
import type { MountOptions } from '../travelling-mounts/mount-options.ts'
import type { CacheRecords, SharedRecord } from './cache-records.ts'
import type { CacheSource } from './cache-spec.ts'
import { withinDeadline } from './deadline.ts'
import { type LoadedRecords, loadRecords } from './load-records.ts'
import { openCache } from './open-cache.ts'

/** A cache with what it says that it has. */
export interface OpenSource {
  readonly cache: RemoteCache
  readonly loaded: LoadedRecords
  /** Which of its cache mounts are wanted. */
  readonly mounts?: MountOptions
  /** Milliseconds for anything else that is asked of it. */
  readonly timeout: number
  /** Blobs stay there when this process ends: others can be told to get them from there. */
  readonly isLasting: boolean
  /** Layers that it does not have after all. */
  readonly lost: Set<Digest>
}

/** A record, and where it is from. */
export interface Promised {
  readonly source: OpenSource
  readonly record: CacheRecord
  /** See `SharedRecord`. */
  readonly latest?: number
}

/** Opens a source and loads its records; undefined, and a note, when there are none to be had. */
export async function openSource(
  session: Session,
  spec: CacheSource,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<OpenSource | undefined> {
  const tell = (message: string): void => session.emit({ type: 'note', time: session.now(), message })
  let cache: RemoteCache | undefined
  try {
    const { opened, loaded } = await withinDeadline(spec.timeout, signal, async (until) => {
      const opened = await openCache(session, { ...spec, cwd, isTarget: false })
      cache = opened
      return { opened, loaded: await loadRecords(opened, until) }
    })
    if (loaded !== undefined) {
      const isLasting = spec.kind === 'registry' && !spec.attributes.has('registry.insecure')
      const { timeout, mounts } = spec
      return {
        cache: opened,
        loaded,
        timeout,
        isLasting,
        lost: new Set(),
        ...(mounts === undefined ? {} : { mounts }),
      }
    }
    tell(`there is no cache at ${opened.label} yet`)
  } catch (error) {
    if (!signal.aborted) tell(`the cache ${spec.label} is not used: ${toPlainError(error).message}`)
  }
  await cache?.close().catch(() => {})
  return undefined
}

/** What a source has for a key, once for each record. */
export function recordsIn(source: OpenSource, key: Digest): readonly Promised[] {
  return source.loaded.records.flatMap(({ records, steps }) =>
    records.filter((record) => record.key === key).map((record) => promised(source, record, steps)),
  )
}

function promised(source: OpenSource, shared: SharedRecord, steps: CacheRecords['steps']): Promised {
  const { key, created, diffId, content, size, blob, latest } = shared
  const { text = '', parts = {} } = steps.find((step) => step.key === key) ?? {}
  const layer = { id: hexOf(diffId), diffId, content, size, ...(blob === undefined ? {} : { blob }) }
  return { source, record: { key, created, step: text, parts, layer }, ...(latest === undefined ? {} : { latest }) }
}

/** What a selection came to, by its key. */
export function selectionIn({ loaded }: OpenSource, key: Digest): Digest | undefined {
  return loaded.records.map(({ selections }) => selections.get(key)).find((digest) => digest !== undefined)
}

/** The builds that a source tells of, for comparisons. */
export function buildsIn({ loaded, cache }: OpenSource): readonly BuildTrace[] {
  return loaded.records.map(({ started, steps }) => ({ started, steps, title: `another machine (${cache.label})` }))
}
