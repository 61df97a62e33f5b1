import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { BlobStore, ImageRecord } from '../../adapters/blob-store/index.ts'
import { decompressed } from '../../adapters/layer-store/index.ts'
import { defaultGzipLevel, diskSize, type LayerEntry, readTar } from '../../archive/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { replaceFile } from '../replace-file.ts'

/** Bytes of an image's files as docker counts them; undefined while a layer has not been downloaded. */
export async function imageDiskSize(session: Session, image: Pick<ImageRecord, 'layers'>): Promise<number | undefined> {
  let sum = 0
  for (const layer of image.layers) {
    const size = await layerDiskSize(session, layer)
    if (size === undefined) return undefined
    sum += size
  }
  return sum
}

/**
 * Bytes of a layer's files, see `diskSize`; undefined when neither its files nor its blob are here. Remembered, because an
 * index of ten thousand entries takes 20 ms to read and a list of images needs many.
 */
export async function layerDiskSize(session: Session, layer: LayerRef): Promise<number | undefined> {
  const file = path.join(session.root, 'cache/disk-sizes', layer.id)
  const known = remembered(file)
  if (known !== undefined) return known
  const size = session.layers.has(layer.id)
    ? diskSize(session.layers.readIndex(layer.id))
    : await sizeInBlob(session, layer)
  if (size !== undefined) remember(file, size)
  return size
}

/** Bytes of a layer as registries send it, where such a blob is known. */
export async function layerTransferSize(
  { store }: { readonly store: Pick<BlobStore, 'diffBlobs'> },
  layer: LayerRef,
): Promise<number | undefined> {
  if (layer.blob !== undefined) return layer.blob.size
  for (const form of forms) {
    const blob = await store.diffBlobs.find(layer.diffId, form)
    if (blob !== undefined) return blob.size
  }
  return undefined
}

/** What layers are sent in: the usual form first, then the others that somebody may have asked for. */
const forms: readonly string[] = [
  `gzip-${defaultGzipLevel}`,
  ...[6, 9, 1, 2, 3, 4, 7, 8].map((level) => `gzip-${level}`),
  ...[3, 19, 9].flatMap((level) => [`zstd-${level}`, `zstd-${level}-program`]),
]

async function sizeInBlob({ store }: Session, { blob }: LayerRef): Promise<number | undefined> {
  if (blob === undefined || !(await store.has(blob.digest, blob.size))) return undefined
  const entries: LayerEntry[] = []
  for await (const event of readTar(decompressed(store.read(blob.digest)))) {
    if (event.kind === 'entry') entries.push(event.entry)
  }
  return diskSize(entries)
}

function remembered(file: string): number | undefined {
  try {
    const size = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(size) ? size : undefined
  } catch {
    return undefined
  }
}

function remember(file: string, size: number): void {
  try {
    replaceFile(file, String(size))
  } catch {
    // A store that can only be read still answers.
  }
}
