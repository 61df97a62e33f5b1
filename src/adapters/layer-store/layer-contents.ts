import * as fs from 'node:fs'
import { type LayerEntry, tarPadding, tarSize } from '../../archive/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import { layerDirectory } from './layer-files.ts'

/** An open file that holds the content of a stored file. */
export interface OpenContent {
  readonly handle: number
  /** Where the content begins in it, in bytes. */
  readonly offset: number
}

/** An entry in the tar of a layer: its bytes, header and padding included. */
export interface TarPlace {
  readonly entry: LayerEntry
  readonly start: number
  readonly end: number
}

/** Where the entries of a layer lie in its tar. */
export function* tarPlaces(entries: Iterable<LayerEntry>): Generator<TarPlace, void, undefined> {
  let start = 0
  for (const entry of entries) {
    const end = start + tarSize(entry)
    yield { entry, start, end }
    start = end
  }
}

/** Finds the content of files of stored layers, whether a layer lies there as a directory or as a tar. */
export interface LayerContents {
  /** Whoever opens closes the handle. Throws SlipwayError `store-unusable` when it cannot be opened. */
  open(id: string, path: string): OpenContent
  /** Up to `length` bytes from `offset`. */
  read(id: string, path: string, part: { readonly offset: number; readonly length: number }): Buffer
}

/** Layers whose places are remembered: a copy seldom reads from more, and 50,000 places take 4 MB. */
const remembered = 4

const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

export function createLayerContents(root: string, readIndex: (id: string) => readonly LayerEntry[]): LayerContents {
  const tars = new Map<string, ReadonlyMap<string, Place> | undefined>()
  const placesIn = (id: string): ReadonlyMap<string, Place> | undefined => {
    if (!tars.has(id)) {
      const packed = fs.existsSync(tarFile(root, id))
      tars.set(id, packed ? contentPlaces(readIndex(id)) : undefined)
      const [oldest] = tars.keys()
      if (tars.size > remembered && oldest !== undefined) tars.delete(oldest)
    }
    return tars.get(id)
  }
  let [lastId, lastDirectory] = ['', '']
  /** Of the layer that was asked for last: a copy asks for one 10,000 times. */
  const directoryOf = (id: string): string => {
    if (id !== lastId) [lastId, lastDirectory] = [id, `${layerDirectory(root, id)}/fs/`]
    return lastDirectory
  }
  const openAt = (id: string, path: string): OpenPlace => {
    const places = placesIn(id)
    if (places === undefined) return openFile(`${directoryOf(id)}${path}`)
    const place = places.get(path)
    if (place === undefined) throw new SlipwayError('internal', `/${path} is no file of the layer ${id}`)
    return { handle: fs.openSync(tarFile(root, id), flags), ...place }
  }
  const open = (id: string, path: string): OpenPlace => {
    try {
      try {
        return openAt(id, path)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
        // The layer has another form by now: its files were written and the tar removed, or it was made anew.
        tars.delete(id)
        return openAt(id, path)
      }
    } catch (cause) {
      if (cause instanceof SlipwayError) throw cause
      const what = `cannot read /${path} of the layer ${id}`
      throw new SlipwayError('store-unusable', `${what}: ${(cause as Error).message}`, { cause })
    }
  }
  return {
    open,
    read: (id, path, { offset, length }) => {
      const content = open(id, path)
      try {
        const wanted = Math.max(0, Math.min(length, content.size - offset))
        return readFully(content.handle, { offset: content.offset + offset, length: wanted })
      } finally {
        fs.closeSync(content.handle)
      }
    },
  }
}

/** Where the tar of a layer lies while its files have not been written. */
export function tarFile(root: string, id: string): string {
  return `${layerDirectory(root, id)}/tar`
}

interface Place {
  readonly offset: number
  readonly size: number
}

type OpenPlace = OpenContent & Place

/** A file of its own has nothing behind its content. */
function openFile(path: string): OpenPlace {
  return { handle: fs.openSync(fsPath(path), flags), offset: 0, size: Number.MAX_SAFE_INTEGER }
}

/** Where the content of each file begins in the tar of entries. */
function contentPlaces(entries: readonly LayerEntry[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const { entry, end } of tarPlaces(entries)) {
    const { path, kind, size } = entry
    if (kind === 'file') places.set(path, { offset: end - size - tarPadding(size), size })
  }
  return places
}

function readFully(handle: number, { offset, length }: { readonly offset: number; readonly length: number }): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let have = 0
  while (have < length) {
    const count = fs.readSync(handle, bytes, have, length - have, offset + have)
    if (count === 0) break
    have += count
  }
  return bytes.subarray(0, have)
}
