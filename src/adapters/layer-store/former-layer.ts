import * as fs from 'node:fs'
import { type LayerEntry, tarSize } from '../../archive/index.ts'
import { tarFile } from './layer-contents.ts'

/** The tar of a layer that was made before, to take from it what has not changed. */
export interface FormerLayer {
  readonly handle: number
  /** Where the tar has the same entry, content included; undefined where it has another or none. */
  same(entry: LayerEntry): FormerPlace | undefined
}

/** The bytes of an entry in a tar, header and padding included. */
export interface FormerPlace {
  readonly entry: LayerEntry
  readonly start: number
  readonly end: number
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
  const places = new Map<string, FormerPlace>()
  let end = 0
  for (const entry of readIndex(id)) {
    const start = end
    end += tarSize(entry)
    places.set(entry.path, { entry, start, end })
  }
  return {
    handle,
    same: (entry) => {
      const place = places.get(entry.path)
      return place !== undefined && isSame(place.entry, entry) ? place : undefined
    },
  }
}

/** Attributes would have to be compared byte by byte, and copies have none. */
function isSame(a: LayerEntry, b: LayerEntry): boolean {
  if (a.kind !== b.kind || a.size !== b.size || a.mtime !== b.mtime || a.mode !== b.mode) return false
  if (a.uid !== b.uid || a.gid !== b.gid || a.linkname !== b.linkname) return false
  if (a.devMajor !== b.devMajor || a.devMinor !== b.devMinor || a.opaque !== b.opaque) return false
  if (a.xattrs !== undefined || b.xattrs !== undefined) return false
  return a.kind !== 'file' || (b.digest !== undefined && a.digest === b.digest)
}
