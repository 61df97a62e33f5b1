import * as fs from 'node:fs'
import type { LayerEntry } from '../../archive/index.ts'
import { tarFile, type TarPlace, tarPlaces } from './layer-contents.ts'

/** The tar of a layer that was made before, to take from it what has not changed. */
export interface FormerLayer {
  readonly handle: number
  /** Where the tar has the same entry, content included; undefined where it has another or none. */
  same(entry: LayerEntry): TarPlace | undefined
}

/** Undefined when the layer is gone or its files have been written. Whoever opens it closes the handle. */
export function openFormerLayer(
  root: string,
  id: string,
  readIndex: (id: string) => readonly LayerEntry[],
): FormerLayer | undefined {
  let handle: number
  try {
    handle = fs.openSync(tarFile(root, id), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  } catch {
    return undefined
  }
  const places = new Map(Array.from(tarPlaces(readIndex(id)), (place) => [place.entry.path, place]))
  return {
    handle,
    same: (entry) => {
      const place = places.get(entry.path)
      return place !== undefined && isSame(place.entry, entry) ? place : undefined
    },
  }
}

/** What has attributes counts as different: few files have any, and they would have to be compared byte by byte. */
function isSame(a: LayerEntry, b: LayerEntry): boolean {
  if (a.kind !== b.kind || a.size !== b.size || a.mtime !== b.mtime || a.mode !== b.mode) return false
  if (a.uid !== b.uid || a.gid !== b.gid || a.linkname !== b.linkname) return false
  if (a.devMajor !== b.devMajor || a.devMinor !== b.devMinor || a.opaque !== b.opaque) return false
  if (a.xattrs !== undefined || b.xattrs !== undefined) return false
  return a.kind !== 'file' || (b.digest !== undefined && a.digest === b.digest)
}
