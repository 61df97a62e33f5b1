import * as fs from 'node:fs'
import { impliedDirectory, type LayerEntry, parentOf } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { LayerContents } from './layer-contents.ts'
import type { Progress } from './progress.ts'
import { pieceSize } from './tar-hash.ts'
import type { TreeWriter } from './tree-writer.ts'

/** A file of a layer, and the layer that has its content. */
export interface StoredEntry {
  readonly entry: LayerEntry
  readonly layer: string
  /** Its path there. */
  readonly path: string
}

/** All entries of one layer. */
export function storedEntries(layer: string, entries: readonly LayerEntry[]): readonly StoredEntry[] {
  return entries.map((entry) => ({ entry, layer, path: entry.path }))
}

/** Makes the nodes of entries that stand in the order of a tar. Directories that are only implied are made, too: 0755 of root. */
export function writeEntries(
  writer: TreeWriter,
  entries: Iterable<StoredEntry>,
  { contents, progress }: { readonly contents: LayerContents; readonly progress?: Progress },
): void {
  const directories = new Set([''])
  const buffer = Buffer.allocUnsafeSlow(pieceSize)
  let written = 0
  for (const { entry, layer, path } of entries) {
    makeParents(writer, directories, parentOf(entry.path) ?? '')
    if (entry.kind === 'file') writeFile(writer, { entry, layer, path, contents, buffer })
    else if (entry.kind === 'hardlink') writer.link(entry.path, entry.linkname ?? '')
    else if (entry.kind !== 'dir') writer.other(entry)
    else {
      writer.dir(entry)
      directories.add(entry.path)
    }
    written += 1
    progress?.(written)
  }
  writer.finish()
}

function makeParents(writer: TreeWriter, directories: Set<string>, path: string): void {
  if (directories.has(path)) return
  makeParents(writer, directories, parentOf(path) ?? '')
  writer.dir({ ...impliedDirectory, path })
  directories.add(path)
}

interface Copied extends StoredEntry {
  readonly contents: LayerContents
  readonly buffer: Buffer
}

function writeFile(writer: TreeWriter, { entry, layer, path, contents, buffer }: Copied): void {
  const sink = writer.file(entry)
  try {
    if (entry.size > 0) {
      const { handle, offset } = contents.open(layer, path)
      try {
        for (let done = 0; done < entry.size; ) {
          const read = fs.readSync(handle, buffer, 0, Math.min(pieceSize, entry.size - done), offset + done)
          if (read === 0) throw shorter(entry)
          sink.write(buffer.subarray(0, read))
          done += read
        }
      } finally {
        fs.closeSync(handle)
      }
    }
  } catch (error) {
    sink.abandon()
    throw error
  }
  sink.close()
}

function shorter({ path }: LayerEntry): SlipwayError {
  return new SlipwayError('store-unusable', `the stored content of /${path} is not what its layer promised`)
}
