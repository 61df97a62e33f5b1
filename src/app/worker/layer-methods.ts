import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { CallContext } from './protocol.ts'
import type { ClampJob, CommitJob, FlattenJob, TarJob, UnpackJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Unpacks a blob into a layer directory, unless another process has done so meanwhile. */
export function unpackBlob(
  { layers }: WorkerWorld,
  { layer, lower, blob }: UnpackJob,
  { signal, note }: CallContext,
): Promise<LayerRef> {
  const descriptor = layer.blob === undefined ? {} : { blob: layer.blob }
  const onProgress = (current: number): void =>
    note({ kind: 'progress', id: `extracting ${layer.diffId}`, current, unit: 'bytes' })
  return layers.unpack(blob, { id: layer.id, diffId: layer.diffId, lower, signal, onProgress, ...descriptor })
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

/** Sends a tar to a socket of the front process, which may not read files of subordinate ids itself. */
export async function streamTar(
  { layers }: WorkerWorld,
  { what, socket }: TarJob,
  { signal }: CallContext,
): Promise<Record<string, never>> {
  const tar = what.kind === 'layer' ? layers.tarStream(what.layer.id) : layers.flatTar(what.layers)
  await pipeline(Readable.from(tar, { objectMode: false }), connect(socket), { signal })
  return {}
}

/** The merged files of layers as a directory. */
export async function flattenLayers(
  { layers }: WorkerWorld,
  job: FlattenJob,
  { signal }: CallContext,
): Promise<Record<string, never>> {
  await layers.applyTo(job.destination, job.layers, { signal })
  return {}
}
