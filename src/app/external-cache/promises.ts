import { createLimit, SlipwayError, toPlainError } from '../../core/index.ts'
import type { CacheRecord, LayerRef } from '../../solver/index.ts'
import { hasContent } from '../engine/prepare-layers.ts'
import type { Session } from '../session.ts'
import type { Promised } from './cache-sources.ts'

/** Which records of others a build relies on, and which of them have turned out to be empty promises. */
export interface Promises {
  /** The record, if it can still be relied on. */
  use(one: Promised): CacheRecord | undefined
  /** Throws when a layer is known by name alone; its step is not taken from there again. */
  requireBlobs(layers: readonly LayerRef[]): void
  /** Brings those blobs here that could not be had any more when this process has ended. */
  keep(layers: readonly LayerRef[], signal: AbortSignal): Promise<void>
  isLost(layer: LayerRef): boolean
  hasLosses(): boolean
  /** Whether something that was promised has turned out not to be there, since the last question. */
  takeLosses(): boolean
  /** What came here is from now on known to this machine, too. */
  settle(): Promise<void>
}

/** Blobs that travel at the same time. */
const parallelBlobs = 4

export function createPromises(session: Session): Promises {
  const used: Promised[] = []
  let losses = 0
  const lose = ({ source, record }: Promised, reason: string): void => {
    if (source.lost.has(record.layer.diffId)) return
    source.lost.add(record.layer.diffId)
    losses += 1
    const message = `${record.step}: ${reason}; the step is not taken from the cache ${source.cache.label}`
    session.emit({ type: 'note', time: session.now(), message })
  }
  return {
    use(one) {
      const { layer } = one.record
      if (isGone(one)) return undefined
      session.hold(`layers/${layer.id}`)
      // The claim can be compared with the files that are here, or will be with those that come.
      if (session.layers.has(layer.id) && !hasContent(session.layers, layer)) return undefined
      if (!session.layers.has(layer.id)) offer(session, one, (reason) => lose(one, toPlainError(reason).message))
      used.push(one)
      return one.record
    },
    requireBlobs(layers) {
      const missing = layers.filter(({ id, blob }) => blob === undefined && !session.layers.has(id))
      const lost = used.filter(({ record }) => missing.some(({ id }) => id === record.layer.id))
      for (const one of lost) lose(one, 'its files are needed and were not exported')
      if (lost.length > 0) throw new SlipwayError('store-unusable', 'files of imported steps are not there')
    },
    async keep(layers, signal) {
      const isWanted = ({ id }: LayerRef): boolean => layers.some((layer) => layer.id === id)
      const leaving = used.filter((one) => !one.source.isLasting && !isGone(one) && isWanted(one.record.layer))
      const blobs = new Map(
        leaving.flatMap(({ record: { layer } }) => (layer.blob ? [[layer.blob.digest, layer.blob]] : [])),
      )
      const limit = createLimit(parallelBlobs)
      await Promise.all([...blobs.values()].map((blob) => limit(() => session.fetchBlob(blob, () => {}, signal))))
    },
    isLost: ({ id }) => used.some((one) => one.record.layer.id === id && isGone(one)),
    hasLosses: () => losses > 0,
    takeLosses() {
      const any = losses > 0
      losses = 0
      return any
    },
    async settle() {
      // Not all of them were unpacked for this: the same blob may also be a layer of a base, whose content nobody compares.
      const here = used.filter((one) => !isGone(one) && hasContent(session.layers, one.record.layer))
      for (const { record } of here) await session.cache.put(record)
    },
  }
}

function isGone({ source, record }: Promised): boolean {
  return source.lost.has(record.layer.diffId)
}

function offer(session: Session, { source, record, latest }: Promised, failed: (reason: unknown) => void): void {
  const { blob } = record.layer
  if (blob === undefined) return
  const { cache, isLasting } = source
  const times = latest === undefined ? {} : { latest }
  session.origins.offer(blob.digest, { read: (signal) => cache.read(blob, signal), failed, ...times })
  if (isLasting) session.origins.sent(blob.digest, cache.label)
}
