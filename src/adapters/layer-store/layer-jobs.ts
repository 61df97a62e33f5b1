import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bytes, flattenTree, type LayerEntry, mergeLayers } from '../../archive/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { type ArrivingFile, patience, readArriving } from './arriving-file.ts'
import { decompressed } from './external-codec.ts'
import { createLayerContents } from './layer-contents.ts'
import { createLayerIndexCache, type LayerIndexCache } from './layer-index-cache.ts'
import {
  discardBuild,
  layerDirectory,
  newBuildFrom,
  newTreeBuild,
  publish,
  publishFiles,
  publishMade,
} from './layer-files.ts'
import { lowerTree } from './lower-tree.ts'
import { openPosix } from './open-posix.ts'
import { type Progress, throttled } from './progress.ts'
import { scanUpper } from './scan-upper.ts'
import { createTreeWriter, type TreeWriter } from './tree-writer.ts'
import { checkDiffId, unpackLayer } from './unpack-layer.ts'
import { unpackLimit } from './unpack-limit.ts'
import { storedEntries, type StoredEntry, writeEntries } from './write-entries.ts'

/** Where a store is and who works in it. */
export interface StorePlace {
  readonly root: string
  /** Build directory of this process, below `root`. */
  readonly work: string
  readonly overlayXattr: 'trusted' | 'user'
}

/** A long piece of work on layers, as data, so that it can run in another thread. Ids of layers are lowest first. */
export type LayerJob =
  | { readonly kind: 'commit-upper'; readonly place: StorePlace; readonly directory: string }
  | { readonly kind: 'unfold'; readonly place: StorePlace; readonly id: string }
  | {
      readonly kind: 'unpack'
      readonly place: StorePlace
      readonly id: string
      readonly diffId: Digest
      /** May still be on their way. */
      readonly lower: readonly string[]
      /** A file to read; without it the job is given chunks. */
      readonly file?: ArrivingFile
      readonly blob?: Descriptor
    }
  | {
      readonly kind: 'flatten'
      readonly place: StorePlace
      readonly target: string
      readonly layers: readonly string[]
      readonly owners: boolean
    }

export interface JobContext {
  readonly chunks?: Bytes
  readonly progress?: Progress
}

/** Runs a job in this thread. `commit-upper` and `unpack` return the layer, the others nothing. */
export function runLayerJob(job: LayerJob, context: JobContext): Promise<LayerRef | undefined> {
  const report = context.progress === undefined ? {} : { progress: throttled(context.progress) }
  switch (job.kind) {
    case 'commit-upper':
      return commitUpper(job)
    case 'unfold':
      return unfold(job)
    case 'unpack':
      return unpack(job, { ...context, ...report })
    case 'flatten':
      return flatten(job, report)
  }
}

type Job<Kind extends LayerJob['kind']> = Extract<LayerJob, { readonly kind: Kind }>

async function commitUpper({ place, directory }: Job<'commit-upper'>): Promise<LayerRef> {
  const scanned = scanUpper(directory, await openPosix())
  return publishMade(place, newBuildFrom(place.work, directory), scanned)
}

/** Writes the files of a packed layer. */
async function unfold({ place, id }: Job<'unfold'>): Promise<undefined> {
  const indexes = createLayerIndexCache(place.root)
  const contents = createLayerContents(place.root, (layer) => indexes.read(layer))
  await inBuild(place, async (build, writer) => {
    writeEntries(writer, storedEntries(id, indexes.read(id)), { contents })
    publishFiles(place.root, build, id)
    discardBuild(build)
  })
}

/**
 * Begins without the layers below: few archives link to their files, and what else is asked of them is asked at the end.
 * One that does link begins again when they are there.
 */
async function unpack(job: Job<'unpack'>, context: JobContext): Promise<LayerRef> {
  const { place, lower, file } = job
  const allThere = () => layersThere(place.root, lower)
  if (file === undefined) await allThere()
  try {
    return await unpackOver(job, context, allThere)
  } catch (error) {
    if (!(error instanceof LayerBelowMissing)) throw error
  }
  await allThere()
  return unpackOver(job, context, allThere)
}

async function unpackOver(
  { place, id, diffId, lower, file, blob }: Job<'unpack'>,
  { chunks, progress }: JobContext,
  allThere: () => Promise<void>,
): Promise<LayerRef> {
  const bytes = file === undefined ? chunks : readArriving(file)
  if (bytes === undefined) throw new SlipwayError('internal', 'there is nothing to unpack')
  return inBuild(place, async (build, writer) => {
    const unpacked = await unpackLayer(decompressed(bytes), writer, {
      lower: lowerTree(place.root, lower, indexesSoFar(place.root)),
      lowerThere: allThere,
      ...(progress === undefined ? {} : { progress }),
      ...(blob === undefined ? {} : { limit: unpackLimit(blob.size) }),
    })
    checkDiffId(unpacked.diffId, diffId, id)
    const record = { diffId, content: diffId, size: unpacked.size, ...(blob === undefined ? {} : { blob }) }
    return publish({ root: place.root, build, id, record, entries: unpacked.entries })
  })
}

/** Something was asked of a layer below that is still to come. */
class LayerBelowMissing extends Error {}

function indexesSoFar(root: string): LayerIndexCache {
  const indexes = createLayerIndexCache(root)
  const there = (id: string): string => {
    if (existsSync(layerDirectory(root, id))) return id
    throw new LayerBelowMissing(id)
  }
  return { read: (id) => indexes.read(there(id)), readAt: (id, paths) => indexes.readAt(there(id), paths) }
}

async function layersThere(root: string, ids: readonly string[]): Promise<void> {
  while (!ids.every((id) => existsSync(layerDirectory(root, id)))) await sleep(patience)
}

async function flatten({ place, target, layers, owners }: Job<'flatten'>, report: JobContext): Promise<undefined> {
  const indexes = createLayerIndexCache(place.root)
  const writer = createTreeWriter(target, { posix: await openPosix(), overlayXattr: undefined, owners })
  const read = (id: string): readonly LayerEntry[] => indexes.read(id)
  writeEntries(writer, flatEntries(layers, read), { contents: createLayerContents(place.root, read), ...report })
}

/** The merged tree of layers as the entries of one layer. */
export function flatEntries(layers: readonly string[], read: (id: string) => readonly LayerEntry[]): StoredEntry[] {
  return flattenTree(mergeLayers(layers.map(read))).map(({ entry, node: { content } }) => ({
    entry,
    layer: layers[content.layer] ?? '',
    path: content.path,
  }))
}

async function inBuild<T>(place: StorePlace, work: (build: string, writer: TreeWriter) => Promise<T>): Promise<T> {
  const build = newTreeBuild(place.work)
  try {
    const options = { posix: await openPosix(), overlayXattr: place.overlayXattr }
    return await work(build, createTreeWriter(`${build}/fs`, options))
  } catch (error) {
    discardBuild(build)
    throw error
  }
}
