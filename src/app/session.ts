import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import {
  type BlobStore,
  cleanStale,
  openBlobStore,
  ownerName,
  staleNames,
  type StoredCacheIndex,
} from '../adapters/blob-store/index.ts'
import { type Hold, type LayerStore, openHolds, openLayerStore } from '../adapters/layer-store/index.ts'
import { openRegistry, type Registry, type RegistryOptions } from '../adapters/registry/index.ts'
import type { Emit } from '../core/index.ts'
import { hostTrust } from '../adapters/runtime/index.ts'
import { type CopiedFrom, openCopiedFrom } from './blame/copied-from.ts'
import { describeMachine } from './describe-machine.ts'
import type { Engine, LayerRef, SelectionMemo } from '../solver/index.ts'
import { engineWithRoom } from './disk/engine-with-room.ts'
import type { Room, RoomOptions } from './disk/room.ts'
import { type BlobOrigins, openBlobOrigins } from './engine/blob-origins.ts'
import { clampOnce } from './engine/clamp-once.ts'
import { createEngine, type EngineParts } from './engine/engine.ts'
import { homeDirectory } from './home-directory.ts'
import { type Listings, openListings } from './engine/listings.ts'
import { createMountArrivals } from './engine/mount-arrivals.ts'
import { createPreparer, type Preparer } from './engine/prepare-layers.ts'
import { openSelectionMemo } from './engine/selection-memo.ts'
import { openTrees, type Trees } from './engine/trees.ts'
import type { CachePlaces } from './engine/with-caches.ts'
import { type CallWorker, createWorkerProcess } from './engine/worker-process.ts'
import { openTraceStore, type TraceStore } from './why/trace-store.ts'
import type { WorkerConfig } from './worker/worker-methods.ts'

/** How registries are reached, beyond what the configuration of the machine and its user says. */
export type SessionRegistry = Pick<RegistryOptions, 'config' | 'insecure'>

export interface SessionOptions {
  /** The store; made when it does not exist. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isolation?: WorkerConfig['isolation']
  readonly trustHostCa?: 'auto' | 'on' | 'off'
  readonly registry?: SessionRegistry
  /** Bytes that the store may take. */
  readonly maxUsedSpace?: number
  readonly emit?: Emit
}

/** The store with everything that works on it, for the time of one command. Close it when done. */
export interface Session {
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly store: BlobStore
  readonly layers: LayerStore
  readonly registry: Registry
  readonly origins: BlobOrigins
  readonly engine: Engine
  readonly trees: Trees
  readonly cache: StoredCacheIndex
  readonly memo: SelectionMemo
  readonly listings: Listings
  readonly traces: TraceStore
  readonly copied: CopiedFrom
  readonly call: CallWorker
  readonly cacheMounts: CachePlaces
  readonly fetchBlob: Preparer['fetchBlob']
  /** Keeps what lies at a path below the root where it is for as long as this process lives; then look whether it is there. */
  readonly hold: Hold
  /** What is asked before something is written. */
  readonly room: Room
  readonly emit: Emit
  now(): number
  /** The layer with modification times after `epoch` (seconds) set back to it; remembered. */
  clampLayer(layer: LayerRef, epoch: number, signal: AbortSignal): Promise<LayerRef>
  /** A directory of this process that goes with it. */
  scratch(name: string): string
  close(): Promise<void>
}

export function openSession(options: SessionOptions): Session {
  const { root, env } = options
  const emit = options.emit ?? (() => {})
  const now = (): number => Date.now()
  const owner = ownerName()
  const hold = openHolds(root, owner)
  const stores = openStores(options, { owner, hold })
  const { store, layers, memo, listings, trees } = stores
  const registry = openRegistry({ env, home: homeDirectory(), ...options.registry })
  const origins = openBlobOrigins(path.join(root, 'blobs/origins'))
  const worker = createWorkerProcess({
    config: () => workerConfig(options, owner),
    rootless: process.getuid?.() !== 0,
    env,
    onNote: (message) => emit({ type: 'note', time: now(), message }),
  })
  const close = async (): Promise<void> => {
    await Promise.all([worker.close(), listings.settled()])
    await Promise.all([registry.close(), layers.close()])
    store.close()
    // The worker is gone and its mounts with it: nothing but plain files can be removed here.
    removeOwn(path.join(root, 'tmp', owner))
    cleanStale(path.join(root, 'tmp'))
  }
  const { prepare, fetchBlob } = createPreparer({ store, layers, registry, origins, call: worker.call })
  const tell = tellOnce(emit, now)
  const cacheMounts = { directory: path.join(root, 'cache-mounts'), owner, arrivals: createMountArrivals(tell) }
  const parts = { call: worker.call, prepare, layers, trees, listings, cacheMounts, hold, close }
  const room = openRoom(options, { root, owner, call: worker.call, now, tell })
  const engine = createEngine({ ...parts, ...copyingHere(stores), tell })
  return {
    ...stores,
    root,
    env,
    room,
    registry,
    origins,
    emit,
    now,
    close,
    hold,
    fetchBlob,
    clampLayer: (layer, epoch, signal) => clampOnce({ ...parts, memo, origins }, layer, { epoch, signal }),
    call: worker.call,
    cacheMounts,
    engine: options.maxUsedSpace === undefined ? engine : engineWithRoom(engine, { layers, store, room }),
    cache: store.cacheIndex((layer) => layers.has(layer.id)),
    scratch: (name) => layers.workDirectory(name),
  }
}

/** An ordinary user may not read all files of his own layers: some belong to subordinate ids. */
function copyingHere({ layers, trees, memo, copied }: Stores): Pick<EngineParts, 'copying'> {
  if (process.getuid?.() !== 0) return {}
  const newDirectory = (name: string): string => mkdtempSync(path.join(layers.workDirectory('copies'), `${name}-`))
  return { copying: { layers, trees, memo, copied, newDirectory } }
}

type Stores = Pick<Session, 'store' | 'layers' | 'memo' | 'listings' | 'traces' | 'trees' | 'copied'>

/** What is kept below the root. */
function openStores(
  { root }: SessionOptions,
  { owner, hold }: { readonly owner: string; readonly hold: Hold },
): Stores {
  const layers = openLayerStore({
    root,
    owner: `${owner}/front`,
    overlayXattr: process.getuid?.() === 0 ? 'trusted' : 'user',
    hold,
  })
  return {
    store: openBlobStore(root, { hold }),
    layers,
    memo: openSelectionMemo(path.join(root, 'cache/selections')),
    listings: openListings(path.join(root, 'cache/listings')),
    traces: openTraceStore(path.join(root, 'cache/traces')),
    copied: openCopiedFrom(root),
    trees: openTrees({
      layers: (stack) => layers.view(stack),
      digestIndex: path.join(root, 'cache/context-index.json'),
    }),
  }
}

/** Without a limit there is always room. */
function openRoom({ maxUsedSpace }: SessionOptions, more: Omit<RoomOptions, 'most'>): Room {
  if (maxUsedSpace === undefined) return { make: async () => {}, settle: async () => {} }
  let opened: Promise<Room> | undefined
  const open = (): Promise<Room> =>
    (opened ??= import('./disk/room.ts').then(({ createRoom }) => createRoom({ ...more, most: maxUsedSpace })))
  return { make: async (expected) => (await open()).make(expected), settle: async () => (await opened)?.settle() }
}

/** Every sentence once, however many steps it is about. */
function tellOnce(emit: Emit, now: () => number): (sentence: string) => void {
  const told = new Set<string>()
  return (message) => {
    if (told.has(message)) return
    told.add(message)
    emit({ type: 'note', time: now(), message })
  }
}

/** What belongs to subordinate ids of an ordinary user stays: the next worker, who is root there, removes it. */
function removeOwn(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch {}
}

async function workerConfig(options: SessionOptions, owner: string): Promise<WorkerConfig> {
  const mode = options.trustHostCa ?? 'auto'
  const trust = mode === 'off' ? {} : { trust: { mode, host: await hostTrust({ env: options.env }) } }
  return {
    root: options.root,
    owner,
    isolation: options.isolation ?? 'auto',
    machine: describeMachine(mode, 'trust' in trust ? trust.trust.host : undefined),
    stale: staleNames(path.join(options.root, 'tmp')),
    ...trust,
  }
}
