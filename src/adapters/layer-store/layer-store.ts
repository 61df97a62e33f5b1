import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes, LayerEntry } from '../../archive/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { PlannedEntry, TreeView } from '../../fileset/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { ArrivingFile } from './arriving-file.ts'
import { createJobPool, type JobPool, type RunOptions } from './job-pool.ts'
import { layerDirectory, makeStore, readRecord } from './layer-files.ts'
import { createLayerIndexCache } from './layer-index-cache.ts'
import { flatEntries, type LayerJob, type StorePlace } from './layer-jobs.ts'
import { tarOf } from './layer-tar.ts'
import { createLayerViews } from './layer-view.ts'
import type { Progress } from './progress.ts'

export interface LayerStoreOptions {
  readonly root: string
  /** Names this process' part of `tmp/`, so that what a killed process left can be told from what is in use. */
  readonly owner: string
  /** `trusted` as root, `user` in a user namespace. */
  readonly overlayXattr: 'trusted' | 'user'
  /** The bundled `layer-thread.ts`. Without it all work happens in the calling thread. */
  readonly workerScript?: string | URL
  /** Threads at most that make layers, and that unpack some; 2 each where not given. */
  readonly workers?: number
}

export interface LayerWorkOptions {
  /** Files for `commitEntries` and `applyTo`, uncompressed bytes for `unpack`; at most ten reports a second. */
  readonly onProgress?: Progress
  readonly signal?: AbortSignal
}

export interface UnpackOptions extends LayerWorkOptions {
  /** Directory name the layer shall have: the hex of its OCI ChainID, because links may take content from below. */
  readonly id: string
  /** What the uncompressed stream must hash to. */
  readonly diffId: Digest
  /** The layers below, lowest first. They may be on their way: where the archive needs them, it waits. */
  readonly lower: readonly LayerRef[]
  readonly blob?: Descriptor
}

/** Layers as overlayfs directories, each with an index of its entries. See `openLayerStore`. */
export interface LayerStore {
  has(id: string): boolean
  /** What is known of a stored layer; undefined when it is not there. */
  get(id: string): LayerRef | undefined
  /** The lower directory to mount. */
  layerPath(id: string): string
  /** Entries in the order of the layer's tar, files with their digests. Kept in memory for the layers last used. */
  readIndex(id: string): readonly LayerEntry[]
  /** The tree that layers show when stacked, lowest first. */
  view(layers: readonly LayerRef[]): TreeView
  /** Makes an overlay's upper directory a layer. Takes the directory over; it must be on the file system of the store. */
  commitUpper(directory: string, options?: LayerWorkOptions): Promise<LayerRef>
  /** Makes a layer of planned entries. `lower` says how directories look that the plan only implies. */
  commitEntries(
    entries: readonly PlannedEntry[],
    options?: LayerWorkOptions & {
      readonly lower?: readonly LayerRef[]
      /** False: no file of another layer is linked into this one. */
      readonly adoptFiles?: boolean
    },
  ): Promise<LayerRef>
  /**
   * Unpacks a layer blob (tar; gzip, zstd, xz, bzip2 by its first bytes) from a stream or a file. The file and the layers
   * below may still be arriving; abort it when they do not come. Threads are given out in the order of the calls, so ask
   * for a layer after those below it.
   */
  unpack(blob: Bytes | ArrivingFile, options: UnpackOptions): Promise<LayerRef>
  /** The uncompressed tar: for layers made here the bytes that `diffId` names, for unpacked ones an equivalent. */
  tarStream(id: string): AsyncIterable<Uint8Array>
  /** The merged tree of layers as one tar. */
  flatTar(layers: readonly LayerRef[]): AsyncIterable<Uint8Array>
  /** Writes the merged tree of layers into an empty directory, copying everything. */
  applyTo(
    directory: string,
    layers: readonly LayerRef[],
    options?: LayerWorkOptions & { /** False leaves all files to the current user. */ readonly owners?: boolean },
  ): Promise<void>
  /** A new empty directory below this process' part of `tmp/`, on the file system of the store. */
  workDirectory(name: string): string
  /** Stops the threads and removes this process' part of `tmp/`. */
  close(): Promise<void>
}

/**
 * Opens (and makes) a layer store. A layer appears by one rename, so a process that dies leaves nothing but its part of
 * `tmp/`, and several processes may share a root. Throws SlipwayError: `store-unusable`, `no-space`, `bad-archive`,
 * `checksum-mismatch`, `context-unreadable` when a source file changes, `unsupported` for nodes the system refuses.
 */
export function openLayerStore(options: LayerStoreOptions): LayerStore {
  const { root, overlayXattr } = options
  const work = makeStore(root, options.owner)
  const place = { root, work, overlayXattr }
  const indexes = createLayerIndexCache(root)
  const workers = options.workers ?? 2
  const pool = createJobPool(options.workerScript, workers)
  // Threads of their own: unpacking goes at the speed of the network, and nothing else should wait for that.
  const unpackers = createJobPool(options.workerScript, workers)
  const read = (id: string) => indexes.read(id)
  const views = createLayerViews(root, read)
  const make = (job: LayerJob, how: LayerWorkOptions): Promise<LayerRef> => layerOf(pool, job, runOptions(how))
  return {
    has: (id) => existsSync(layerDirectory(root, id)),
    get: (id) => readRecord(root, id),
    layerPath: (id) => join(layerDirectory(root, id), 'fs'),
    readIndex: read,
    view: (layers) => views(layers.map(idOfLayer)),
    commitUpper: (directory, how = {}) => make({ kind: 'commit-upper', place, directory }, how),
    commitEntries: (entries, how = {}) => {
      const lower = (how.lower ?? []).map(idOfLayer)
      return make({ kind: 'commit-entries', place, entries, lower, adoptFiles: how.adoptFiles ?? true }, how)
    },
    unpack: async (blob, how) => {
      const { job, chunks } = unpackJob(place, blob, how)
      const given = runOptions({ ...how, ...(chunks === undefined ? {} : { chunks }) })
      return readRecord(root, how.id) ?? layerOf(unpackers, job, given)
    },
    tarStream: (id) => tarOf(storedSources(join(layerDirectory(root, id), 'fs'), read(id))),
    flatTar: (layers) => tarOf(plannedSources(root, flatEntries(layers.map(idOfLayer), read))),
    applyTo: async (target, layers, how = {}) => {
      const owners = how.owners ?? true
      await pool.run({ kind: 'flatten', place, target, layers: layers.map(idOfLayer), owners }, runOptions(how))
    },
    workDirectory: (name) => {
      const directory = join(work, name)
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      return directory
    },
    close: async () => {
      await Promise.all([pool.close(), unpackers.close()])
      rmSync(work, { recursive: true, force: true })
    },
  }
}

async function layerOf(pool: JobPool, job: LayerJob, options: RunOptions): Promise<LayerRef> {
  const layer = await pool.run(job, options)
  if (layer === undefined) throw new SlipwayError('internal', `the job ${job.kind} made no layer`)
  return layer
}

function idOfLayer({ id }: LayerRef): string {
  return id
}

function unpackJob(
  place: StorePlace,
  blob: Bytes | ArrivingFile,
  { id, diffId, lower, blob: descriptor }: UnpackOptions,
): { readonly job: LayerJob; readonly chunks: Bytes | undefined } {
  const stored = 'file' in blob
  const extra = { ...(stored ? { file: blob } : {}), ...(descriptor === undefined ? {} : { blob: descriptor }) }
  const job = { kind: 'unpack', place, id, diffId, lower: lower.map((layer) => layer.id), ...extra } as const
  return { job, chunks: stored ? undefined : blob }
}

function runOptions({ onProgress, signal, chunks }: LayerWorkOptions & { readonly chunks?: Bytes }): RunOptions {
  return {
    ...(onProgress === undefined ? {} : { progress: onProgress }),
    ...(signal === undefined ? {} : { signal }),
    ...(chunks === undefined ? {} : { chunks }),
  }
}

function* storedSources(
  directory: string,
  entries: readonly LayerEntry[],
): Generator<{ entry: LayerEntry; file: string }> {
  for (const entry of entries) yield { entry, file: `${directory}/${entry.path}` }
}

function* plannedSources(
  root: string,
  entries: readonly PlannedEntry[],
): Generator<{ entry: LayerEntry; file?: string }> {
  for (const { from, ...entry } of entries) {
    if (from?.kind === 'layer') yield { entry, file: `${layerDirectory(root, from.layer)}/fs/${from.path}` }
    else yield { entry }
  }
}
