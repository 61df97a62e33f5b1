import type { BlobStore } from '../../adapters/blob-store/index.ts'
import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { Registry } from '../../adapters/registry/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { LayerRef, ProgressSink } from '../../solver/index.ts'
import { toProgress } from './forward-notes.ts'
import type { CallWorker } from './worker-process.ts'
import type { BlobOrigins } from './blob-origins.ts'

export interface LayerPlaces {
  readonly store: BlobStore
  readonly layers: LayerStore
  readonly registry: Registry
  readonly origins: BlobOrigins
  readonly call: CallWorker
}

/** Brings what is missing into the store, each thing once however many steps ask at the same time. */
export interface Preparer {
  /** Layers as directories, ready to be read and mounted. */
  prepare(layers: readonly LayerRef[], progress: ProgressSink, signal: AbortSignal): Promise<void>
  /** A blob, without unpacking it. */
  fetchBlob(blob: Descriptor, progress: ProgressSink, signal: AbortSignal): Promise<void>
}

export function createPreparer(places: LayerPlaces): Preparer {
  const running = new Map<string, Promise<void>>()
  const once = (key: string, work: () => Promise<void>): Promise<void> => {
    const known = running.get(key)
    if (known !== undefined) return known
    const promise = work().finally(() => running.delete(key))
    running.set(key, promise)
    return promise
  }
  const fetchBlob: Preparer['fetchBlob'] = (blob, progress, signal) =>
    once(`blob ${blob.digest}`, () => download(places, blob, { progress, signal }))
  return {
    fetchBlob,
    async prepare(layers, progress, signal) {
      const missing = layers.filter((layer) => !places.layers.has(layer.id))
      if (missing.length === 0) return
      // Downloads run side by side; unpacking goes bottom up, because a layer can link to files of those below.
      const downloads = missing.map((layer) => fetchBlob(blobOf(layer), progress, signal))
      const arrived = Promise.allSettled(downloads)
      for (const [index, layer] of missing.entries()) {
        await downloads[index]
        await once(`layer ${layer.id}`, () => unpack(places, layers, layer, { progress, signal }))
      }
      await arrived
    },
  }
}

function blobOf(layer: LayerRef): Descriptor {
  if (layer.blob !== undefined) return layer.blob
  throw new SlipwayError('store-unusable', `the layer ${layer.diffId} is gone from the store`, {
    hint: 'build the image again',
  })
}

interface Sinks {
  readonly progress: ProgressSink
  readonly signal: AbortSignal
}

async function download(
  { store, origins, registry }: LayerPlaces,
  blob: Descriptor,
  { progress, signal }: Sinks,
): Promise<void> {
  if (await store.has(blob.digest, blob.size)) return
  const reference = origins.find(blob.digest)
  if (reference === undefined) {
    throw new SlipwayError('store-unusable', `the blob ${blob.digest} is gone and nobody knows where it came from`, {
      hint: 'pull or import the image again',
    })
  }
  const counted = async function* (): AsyncIterable<Uint8Array> {
    let current = 0
    for await (const chunk of registry.fetchBlob(reference, blob, signal)) {
      current += chunk.length
      progress({ id: blob.digest, current, total: blob.size, unit: 'bytes' })
      yield chunk
    }
  }
  await store.write(counted(), { expected: blob.digest, expectedSize: blob.size })
  progress({ id: blob.digest, current: blob.size, total: blob.size, unit: 'bytes', done: true })
}

async function unpack(
  { store, layers, call }: LayerPlaces,
  all: readonly LayerRef[],
  layer: LayerRef,
  { progress, signal }: Sinks,
): Promise<void> {
  if (layers.has(layer.id)) return
  const lower = all.slice(0, all.indexOf(layer))
  const { digest } = blobOf(layer)
  try {
    await call('unpack', { layer, lower, file: store.path(digest) }, { signal, onNote: toProgress(progress) })
  } catch (error) {
    // It is what its digest says and no layer all the same: nobody can use it.
    const isUseless = error instanceof SlipwayError && ['bad-archive', 'checksum-mismatch'].includes(error.code)
    if (isUseless) await store.remove(digest)
    throw error
  }
}
