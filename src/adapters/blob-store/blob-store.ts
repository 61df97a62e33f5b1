import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LayerRef } from '../../solver/index.ts'
import { type Blobs, openBlobs } from './blobs.ts'
import { openCacheIndex, type StoredCacheIndex } from './cache-index.ts'
import { type DiffBlobs, openDiffBlobs } from './diff-blobs.ts'
import { type ImageStore, openImageStore } from './image-store.ts'
import { cleanStale, ownerName } from './owner.ts'
import { openReferrers, type Referrers } from './referrers.ts'
import { errno, scratchIn, storeFailure } from './store-files.ts'

export interface BlobStore extends Blobs {
  readonly root: string
  readonly diffBlobs: DiffBlobs
  readonly images: ImageStore
  readonly referrers: Referrers
  /** `layerExists` says whether the layer of a record can still be used. */
  cacheIndex(layerExists: (layer: LayerRef) => boolean | Promise<boolean>): StoredCacheIndex
  /** Removes this process's unfinished files. */
  close(): void
}

export interface BlobStoreOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Told what is asked for or made, as a path below the root, before it is looked at or appears. */
  readonly hold?: (path: string) => void
}

const layout = '{"imageLayoutVersion":"1.0.0"}'

/**
 * Opens or makes the store at `root`: an OCI layout (`oci-layout`, `index.json`, `blobs/sha256`) with `images`, `cache`
 * and `tmp` beside it. Any number of processes may have it open; what killed ones left behind is removed here.
 * Throws `store-unusable` or `no-space`.
 */
export function openBlobStore(root: string, { now = Date.now, hold = () => {} }: BlobStoreOptions = {}): BlobStore {
  const own = join(root, 'tmp', ownerName(), randomUUID().slice(0, 8))
  try {
    prepare(root)
  } catch (error) {
    throw storeFailure(root, error)
  }
  const scratch = scratchIn(own)
  const blobs = openBlobs(root, scratch, hold)
  return {
    ...blobs,
    root,
    diffBlobs: openDiffBlobs(join(root, 'blobs/by-diff-id'), blobs, scratch),
    images: openImageStore({ root, blobs, scratch, now, hold }),
    referrers: openReferrers(root, blobs, { scratch, hold }),
    cacheIndex: (layerExists) => openCacheIndex(join(root, 'cache/records'), scratch, layerExists),
    close: () => rmSync(own, { recursive: true, force: true }),
  }
}

function prepare(root: string): void {
  // Images may hold what is meant for their owner alone, so nobody else gets into the store.
  makeRoot(root, 0o700)
  const marker = join(root, 'oci-layout')
  if (contentOf(marker) === layout) {
    cleanStale(join(root, 'tmp'))
    return
  }
  mkdirSync(join(root, 'blobs/sha256'), { recursive: true })
  writeFileSync(marker, layout)
}

/**
 * Makes a directory and those above it. Not by Node's recursive `mkdir`: below /proc, where the parent exists and nothing
 * can be made, that never returns.
 */
function makeRoot(directory: string, mode: number): void {
  try {
    mkdirSync(directory, { mode })
  } catch (error) {
    const code = errno(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error
    makeRoot(dirname(directory), 0o755)
    mkdirSync(directory, { mode })
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
