import { statSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, hexOf, parseDigest } from '../../core/index.ts'
import { decodeDescriptor } from '../../oci/index.ts'
import type { CacheIndex, CacheRecord, LayerRef } from '../../solver/index.ts'
import { namesIn, readRecord, replaceFile, type Scratch } from './store-files.ts'

/** The solver's cache index, and what it takes to look after it. */
export interface StoredCacheIndex extends CacheIndex {
  /** Every readable record, for `why` and for pruning. */
  records(): AsyncIterable<CacheRecord>
  remove(key: Digest): Promise<void>
}

/**
 * Records as `<directory>/ab/<hex>.json`. A record that cannot be read, or whose layer is gone by `layerExists`, is removed
 * and counts as absent.
 */
export function openCacheIndex(
  directory: string,
  scratch: Scratch,
  layerExists: (layer: LayerRef) => boolean | Promise<boolean>,
): StoredCacheIndex {
  const path = (key: Digest): string => join(directory, hexOf(key).slice(0, 2), `${hexOf(key)}.json`)
  const remove = (key: Digest): Promise<void> => rm(path(key), { force: true })
  return {
    remove,
    async get(key) {
      const record = await readRecord(path(key), decodeCacheRecord)
      if (record === undefined) return undefined
      if (record.key === key && (await layerExists(record.layer))) {
        markUsed(path(key))
        return record
      }
      await remove(key)
      return undefined
    },
    put: (record) => replaceFile(path(record.key), JSON.stringify(record), scratch),
    async *records() {
      for (const prefix of await namesIn(directory)) {
        for (const name of await namesIn(join(directory, prefix))) {
          const record = await readRecord(join(directory, prefix, name), decodeCacheRecord)
          if (record !== undefined) yield record
        }
      }
    },
  }
}

/** In milliseconds: a use is noted so often at most. Looking at a time takes 3 µs, setting it 10 µs and a write to the disk. */
const notedEvery = 3_600_000

/** Sets the time of a file to now, as the time of its last use. */
export function markUsed(file: string): void {
  const now = Date.now()
  try {
    if (now - statSync(file).mtimeMs > notedEvery) utimesSync(file, now / 1000, now / 1000)
  } catch {
    // A store that can only be read is used all the same.
  }
}

/** A layer reference from JSON; undefined when any part has a wrong type. */
export function decodeLayerRef(value: unknown): LayerRef | undefined {
  const layer = (value ?? {}) as Partial<Record<keyof LayerRef, unknown>>
  const diffId = parseDigest(String(layer.diffId))
  const content = parseDigest(String(layer.content))
  if (diffId === undefined || content === undefined) return undefined
  if (typeof layer.id !== 'string' || layer.id === '' || typeof layer.size !== 'number') return undefined
  const blob =
    layer.blob === undefined ? undefined : decodeDescriptor(layer.blob, { code: 'store-unusable', what: 'a record' })
  return { id: layer.id, diffId, content, size: layer.size, ...(blob === undefined ? {} : { blob }) }
}

function decodeCacheRecord(value: unknown): CacheRecord | undefined {
  const record = (value ?? {}) as Partial<Record<keyof CacheRecord, unknown>>
  const key = parseDigest(String(record.key))
  const layer = decodeLayerRef(record.layer)
  const parts = record.parts
  if (key === undefined || layer === undefined || typeof record.step !== 'string' || typeof record.created !== 'number')
    return undefined
  if (typeof parts !== 'object' || parts === null || !Object.values(parts).every((part) => typeof part === 'string'))
    return undefined
  return { key, layer, parts: parts as Readonly<Record<string, string>>, step: record.step, created: record.created }
}
