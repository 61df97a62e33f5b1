import { closeSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes, LayerEntry } from '../../archive/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { PlannedEntry, TreeView } from '../../fileset/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { ArrivingFile } from './arriving-file.ts'
import type { Hold } from './holds.ts'
import { openFormerLayer } from './former-layer.ts'
import { createJobPool, type JobPool, type RunOptions } from './job-pool.ts'
import { createLayerContents, type LayerContents, type OpenContent, tarFile } from './layer-contents.ts'
import { discardBuild, layerDirectory, makeStore, newBuild, publishMade, readRecord } from './layer-files.ts'
import { createLayerIndexCache } from './layer-index-cache.ts'
import { flatEntries, type LayerJob, type StorePlace } from './layer-jobs.ts'
import { tarOf, type TarSource } from './layer-tar.ts'
import { createLayerViews } from './layer-view.ts'
import { packEntries, type PackOptions } from './pack-entries.ts'
import { type Progress, throttled } from './progress.ts'
import { pieceSize } from './tar-hash.ts'
import { storedEntries, type StoredEntry } from './write-entries.ts'

export interface LayerStoreOptions {
  readonly root: string
  /** Names this process' part of `tmp/`, so that what a killed process left can be told from what is in use. */
  readonly owner: string
  /** `trusted` as root, `user` in a user namespace. */
  readonly overlayXattr: 'trusted' | 'user'
  /** Told each layer that is asked for, as a path below the root, before it is looked at. */
  readonly hold?: Hold
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

export interface CommitOptions extends LayerWorkOptions {
  /** The id of a layer that may have much of the same, such as the one that the last run of the step made. */
  readonly like?: string
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
  /** The lower directory to mount. Files of a layer that lies there as a tar are written now. */
  directory(id: string, signal?: AbortSignal): Promise<string>
  /** Where a layer is kept, for messages. */
  place(id: string): string
  /** Entries in the order of the layer's tar, files with their digests. Kept in memory for the layers last used. */
  readIndex(id: string): readonly LayerEntry[]
  /** The content of a file, by its path in the layer. Whoever opens it closes the handle. */
  open(id: string, path: string): OpenContent
  /** A part of a content, in bytes; shorter where it ends before. */
  readPart(id: string, path: string, part: { readonly offset: number; readonly length: number }): Uint8Array
  /** The tree that layers show when stacked, lowest first. */
  view(layers: readonly LayerRef[]): TreeView
  /** Makes an overlay's upper directory a layer. Takes the directory over; it must be on the file system of the store. */
  commitUpper(directory: string, options?: LayerWorkOptions): Promise<LayerRef>
  /** Makes a layer of planned entries: its tar is written in the calling thread, its files when somebody wants the directory. */
  commitEntries(entries: readonly PlannedEntry[], options?: CommitOptions): Promise<LayerRef>
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
  /** Starts a thread where there is none yet, for a layer that is about to be made. */
  warm(): void
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
  const held = holding(options)
  const contents = createLayerContents(root, read)
  const views = createLayerViews(read, contents)
  const make = (job: LayerJob, how: LayerWorkOptions): Promise<LayerRef> => layerOf(pool, job, runOptions(how))
  return {
    has: (id) => existsSync(layerDirectory(root, held(id))),
    get: (id) => readRecord(root, held(id)),
    place: (id) => layerDirectory(root, id),
    directory: createUnfolder(pool, place),
    readIndex: read,
    open: (id, path) => contents.open(id, path),
    readPart: (id, path, part) => contents.read(id, path, part),
    view: (layers) => views(layers.map(idOfLayer)),
    commitUpper: (directory, how = {}) => make({ kind: 'commit-upper', place, directory }, how),
    commitEntries: (entries, { like, ...how } = {}) => {
      const former = like === undefined ? undefined : openFormerLayer(root, held(like), read)
      return pack(place, entries, { contents, ...how, ...(former === undefined ? {} : { former }) })
    },
    unpack: async (blob, how) => {
      const { job, chunks } = unpackJob(place, blob, how)
      const given = runOptions({ ...how, ...(chunks === undefined ? {} : { chunks }) })
      return readRecord(root, how.id) ?? layerOf(unpackers, job, given)
    },
    tarStream: (id) => storedTar(root, id, () => tarOf(sources(contents, storedEntries(id, read(id))))),
    flatTar: (layers) => tarOf(sources(contents, flatEntries(layers.map(idOfLayer), read))),
    applyTo: async (target, layers, how = {}) => {
      const owners = how.owners ?? true
      await pool.run({ kind: 'flatten', place, target, layers: layers.map(idOfLayer), owners }, runOptions(how))
    },
    warm: () => pool.warm(),
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

/** Gives the directory of a layer, after writing its files where it lies there as a tar: once, however many ask. */
function createUnfolder(pool: JobPool, place: StorePlace): LayerStore['directory'] {
  const unfolding = new Map<string, Promise<unknown>>()
  return async (id, signal) => {
    const files = join(layerDirectory(place.root, id), 'fs')
    if (existsSync(files)) return files
    const options = runOptions(signal === undefined ? {} : { signal })
    const unfold = unfolding.get(id) ?? pool.run({ kind: 'unfold', place, id }, options)
    unfolding.set(id, unfold)
    await unfold.finally(() => unfolding.delete(id))
    return files
  }
}

/** Says that a layer is going to be looked at; gives its id back. */
function holding({ hold }: LayerStoreOptions): (id: string) => string {
  return (id) => {
    hold?.(`layers/${id}`)
    return id
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

/** Packs entries into the tar of a new layer. */
async function pack(
  place: StorePlace,
  entries: readonly PlannedEntry[],
  { contents, former, onProgress, signal }: LayerWorkOptions & Pick<PackOptions, 'contents' | 'former'>,
): Promise<LayerRef> {
  const build = newBuild(place.work)
  try {
    const packed = await packEntries(join(build, 'tar'), entries, {
      contents,
      ...(former === undefined ? {} : { former }),
      ...(onProgress === undefined ? {} : { progress: throttled(onProgress) }),
      ...(signal === undefined ? {} : { signal }),
    })
    return publishMade(place, build, packed)
  } catch (error) {
    discardBuild(build)
    throw error
  } finally {
    if (former !== undefined) closeSync(former.handle)
  }
}

/** The tar of a layer as it lies there, or else as it is made of its files. */
async function* storedTar(root: string, id: string, made: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const file = await open(tarFile(root, id)).catch(() => undefined)
  if (file === undefined) yield* made()
  else yield* file.createReadStream({ highWaterMark: pieceSize })
}

function* sources(contents: LayerContents, entries: readonly StoredEntry[]): Generator<TarSource> {
  for (const { entry, layer, path } of entries) yield { entry, open: () => contents.open(layer, path) }
}
