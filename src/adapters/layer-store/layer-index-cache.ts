import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decodeIndex, decodeIndexAt, type LayerEntry } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { layerDirectory } from './layer-files.ts'

/** Reads layer indexes and keeps the last used ones, up to a budget in bytes of index text (memory is about three times that). */
export interface LayerIndexCache {
  read(id: string): readonly LayerEntry[]
  /** The entries at these paths only. */
  readAt(id: string, paths: ReadonlySet<string>): readonly LayerEntry[]
}

export function createLayerIndexCache(root: string, budget = 24 << 20): LayerIndexCache {
  const kept = new Map<string, { readonly entries: readonly LayerEntry[]; readonly bytes: number }>()
  let total = 0
  return {
    readAt: (id, paths) => {
      const whole = kept.get(id)?.entries
      if (whole !== undefined) return whole.filter((entry) => paths.has(entry.path))
      return decodeIndexAt(readIndexText(join(layerDirectory(root, id), 'index'), id), paths)
    },
    read: (id) => {
      const hit = kept.get(id)
      if (hit !== undefined) {
        kept.delete(id)
        kept.set(id, hit)
        return hit.entries
      }
      const file = join(layerDirectory(root, id), 'index')
      const entries = decodeIndex(readIndexText(file, id))
      const bytes = statSync(file).size
      kept.set(id, { entries, bytes })
      total += bytes
      for (const [oldest, { bytes: freed }] of kept) {
        if (total <= budget || oldest === id) break
        kept.delete(oldest)
        total -= freed
      }
      return entries
    },
  }
}

function readIndexText(file: string, id: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new SlipwayError('store-unusable', `layer ${id} is not in the store`, { cause })
  }
}
