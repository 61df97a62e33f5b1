import type { BlobStore } from '../../adapters/blob-store/index.ts'
import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { Registry } from '../../adapters/registry/index.ts'
import { contentDigest } from '../../archive/index.ts'
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
  const arrivals: Underway<Arrival> = new Map()
  const coming: Underway<Coming> = new Map()
  const arrive = (blob: Descriptor, sinks: Sinks): Arrival =>
    once(arrivals, blob.digest, { signal: sinks.signal, start: () => download(places, blob, sinks) })
  const bring = (layer: LayerRef, below: Below, sinks: Sinks): Coming =>
    once(coming, layer.id, {
      signal: sinks.signal,
      start: () => unpackArriving(places, { layer, below, arrival: arrive(blobOf(layer), sinks) }, sinks),
    })
  return {
    fetchBlob: (blob, progress, signal) => arrive(blob, { progress, signal }).done,
    async prepare(layers, progress, signal) {
      const brought: Coming[] = []
      for (const [index, layer] of layers.entries()) {
        if (places.layers.has(layer.id)) continue
        const below = { layers: layers.slice(0, index), coming: [...brought] }
        brought.push(bring(layer, below, { progress, signal }))
      }
      await Promise.all(brought.map(({ done }) => done))
    },
  }
}

type Underway<T> = Map<string, { readonly work: T; readonly signal: AbortSignal }>

/** Work that several may ask for, until it has ended. What is being cancelled is of no use to who asks now. */
function once<T extends { readonly done: Promise<void> }>(
  underway: Underway<T>,
  key: string,
  { signal, start }: { readonly signal: AbortSignal; readonly start: () => T },
): T {
  const running = underway.get(key)
  if (running !== undefined && !running.signal.aborted) return running.work
  const begun = { work: start(), signal }
  underway.set(key, begun)
  const forget = (): void => {
    if (underway.get(key) === begun) underway.delete(key)
  }
  begun.work.done.then(forget, forget)
  return begun.work
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

/** A blob on its way into the store. */
interface Arrival {
  /** The file that grows, unchecked; undefined when the whole blob is there already. */
  readonly draft: Promise<string | undefined>
  /** Rejects when it cannot be had; nothing is stored then. */
  readonly done: Promise<void>
}

function download(places: LayerPlaces, blob: Descriptor, sinks: Sinks): Arrival {
  let announce: (draft: string | undefined) => void = () => {}
  const draft = new Promise<string | undefined>((resolve) => {
    announce = resolve
  })
  const done = fetchInto(places, blob, { ...sinks, onDraft: announce })
  const ended = (): void => announce(undefined)
  done.then(ended, ended)
  return { draft, done }
}

/** In milliseconds. Chunks come by the thousand, and each report is an event that is logged and shown. */
const reportEvery = 100

async function fetchInto(
  { store, origins, registry }: LayerPlaces,
  blob: Descriptor,
  { progress, signal, onDraft }: Sinks & { readonly onDraft: (draft: string) => void },
): Promise<void> {
  if (await store.has(blob.digest, blob.size)) return
  const offered = origins.offered(blob.digest)
  const source = offered?.read(signal) ?? readFromOrigin({ origins, registry }, blob, signal)
  const counted = async function* (): AsyncIterable<Uint8Array> {
    let current = 0
    let reported = Number.NEGATIVE_INFINITY
    for await (const chunk of source) {
      current += chunk.length
      if (performance.now() - reported >= reportEvery) {
        reported = performance.now()
        progress({ id: blob.digest, current, total: blob.size, unit: 'bytes' })
      }
      yield chunk
    }
  }
  const expected = { expected: blob.digest, expectedSize: blob.size, isChecked: offered === undefined }
  try {
    await store.write(counted(), { ...expected, onDraft })
  } catch (error) {
    const isOurs = error instanceof SlipwayError && ['no-space', 'store-unusable'].includes(error.code)
    if (!signal.aborted && !isOurs) offered?.failed(error)
    throw error
  }
  progress({ id: blob.digest, current: blob.size, total: blob.size, unit: 'bytes', done: true })
}

/** What registries send is checked on its way. */
function readFromOrigin(
  { origins, registry }: Pick<LayerPlaces, 'origins' | 'registry'>,
  blob: Descriptor,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const reference = origins.find(blob.digest)
  if (reference !== undefined) return registry.fetchBlob(reference, blob, signal)
  throw new SlipwayError('store-unusable', `the blob ${blob.digest} is gone and nobody knows where it came from`, {
    hint: 'pull or import the image again',
  })
}

/** A layer on its way into the store. */
interface Coming {
  /** The worker was asked for it, or will not be. */
  readonly asked: Promise<void>
  readonly done: Promise<void>
}

interface Below {
  readonly layers: readonly LayerRef[]
  /** Those of them that are not there yet. */
  readonly coming: readonly Coming[]
}

interface ArrivingLayer {
  readonly layer: LayerRef
  readonly below: Below
  readonly arrival: Arrival
}

/** Unpacks a layer while its blob arrives. It appears in the store when both have proved to be what their digests say. */
function unpackArriving(places: LayerPlaces, arriving: ArrivingLayer, sinks: Sinks): Coming {
  const lost = new AbortController()
  const signal = AbortSignal.any([sinks.signal, lost.signal])
  let tellAsked: () => void = () => {}
  const asked = new Promise<void>((resolve) => {
    tellAsked = resolve
  })
  const unpacked = unpack(places, arriving, { ...sinks, signal, onAsked: tellAsked })
  unpacked.then(tellAsked, tellAsked)
  // Unpacking waits for what does not come any more.
  const needed = [arriving.arrival.done, ...arriving.below.coming.map(({ done }) => done)]
  Promise.all(needed).catch(() => lost.abort())
  return { asked, done: both(places, arriving, unpacked) }
}

/** Of two failures the one that tells more is reported: a damaged blob does not unpack either. */
async function both(
  { store, layers, origins }: LayerPlaces,
  { layer, arrival }: ArrivingLayer,
  unpacked: Promise<void>,
): Promise<void> {
  await arrival.done
  const blob = blobOf(layer)
  const offered = origins.offered(blob.digest)
  try {
    await unpacked
  } catch (error) {
    // It is what its digest says and no layer all the same: nobody can use it.
    const isUseless = error instanceof SlipwayError && ['bad-archive', 'checksum-mismatch'].includes(error.code)
    if (isUseless) {
      await store.remove(blob.digest)
      offered?.failed(error)
    }
    throw error
  }
  if (layer.content === layer.diffId || hasContent(layers, layer)) return
  const error = new SlipwayError(
    'checksum-mismatch',
    `the files of layer ${layer.diffId} are not those that were said to be in it`,
  )
  offered?.failed(error)
  throw error
}

/**
 * Whether a layer of the store has the content that a reference says. Where the layer was unpacked, the store names its
 * content by the diff id, which says nothing of what its entries come to.
 */
export function hasContent(layers: LayerStore, { id, diffId, content }: LayerRef): boolean {
  const stored = layers.get(id)
  if (stored?.diffId !== diffId) return false
  return content === stored.content || content === contentDigest(layers.readIndex(id))
}

async function unpack(
  { store, call }: LayerPlaces,
  { layer, below, arrival }: ArrivingLayer,
  { progress, signal, onAsked }: Sinks & { readonly onAsked: () => void },
): Promise<void> {
  const draft = await arrival.draft
  const blob = { file: store.path(blobOf(layer).digest), ...(draft === undefined ? {} : { draft }) }
  // From the bottom up: a layer that waits for one below must not hold the thread that one needs.
  await Promise.all(below.coming.map(({ asked }) => asked))
  const answer = call('unpack', { layer, lower: below.layers, blob }, { signal, onNote: toProgress(progress) })
  onAsked()
  await answer
}
