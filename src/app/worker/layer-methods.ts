import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzip } from '../../archive/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { CallContext } from './protocol.ts'
import type { ClampJob, CommitJob, FlattenJob, PackJob, PackResult, UnpackJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Unpacks a blob into a layer directory, unless another process has done so meanwhile. */
export function unpackBlob(
  { layers }: WorkerWorld,
  { layer, lower, file }: UnpackJob,
  { signal, note }: CallContext,
): Promise<LayerRef> {
  const blob = layer.blob === undefined ? {} : { blob: layer.blob }
  const onProgress = (current: number): void =>
    note({ kind: 'progress', id: `extracting ${layer.diffId}`, current, unit: 'bytes' })
  return layers.unpack({ file }, { id: layer.id, diffId: layer.diffId, lower, signal, onProgress, ...blob })
}

/** Stores entries (of an assembled base, of an imported root file system) as a layer. */
export function commitLayer(
  { layers }: WorkerWorld,
  { entries }: CommitJob,
  { signal }: CallContext,
): Promise<LayerRef> {
  return layers.commitEntries(entries, { signal })
}

/** The layer with all later modification times set back to `epoch`: a directory of its own, so an id always means its files. */
export function clampLayer(
  { layers }: WorkerWorld,
  { layer, epoch }: ClampJob,
  { signal }: CallContext,
): Promise<LayerRef> {
  const latest = BigInt(epoch) * 1_000_000_000n
  const entries = layers.readIndex(layer.id).map((entry): PlannedEntry => {
    const mtime = entry.mtime > latest ? latest : entry.mtime
    return entry.kind === 'file'
      ? { ...entry, mtime, from: { kind: 'layer', layer: layer.id, path: entry.path } }
      : { ...entry, mtime }
  })
  return layers.commitEntries(entries, { signal })
}

/** Writes the layer's tar, compressed or not, as a blob. */
export async function packLayer(
  { layers, blobs }: WorkerWorld,
  { layer, compression, level }: PackJob,
  { signal }: CallContext,
): Promise<PackResult> {
  const tar = abortable(layers.tarStream(layer.id), signal)
  const bytes = compression === 'gzip' ? gzip(tar, level === undefined ? {} : { level }) : tar
  return blobs.write(bytes)
}

/** The merged files of layers as a directory or a tar. */
export async function flattenLayers(
  { layers }: WorkerWorld,
  job: FlattenJob,
  { signal }: CallContext,
): Promise<Record<string, never>> {
  if (job.form === 'directory') await layers.applyTo(job.destination, job.layers, { signal })
  else
    await pipeline(
      Readable.from(layers.flatTar(job.layers), { objectMode: false }),
      createWriteStream(job.destination),
      { signal },
    )
  return {}
}

async function* abortable(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    yield chunk
  }
}
