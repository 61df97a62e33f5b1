import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createTarDecoder, type LayerEntry } from '../../archive/index.ts'
import { digestOf, hexOf } from '../../core/index.ts'
import type { ContentOrigin, PlannedEntry } from '../../fileset/index.ts'

/** File contents by digest, in a directory of their own. */
export interface ContentStore {
  readonly directory: string
}

/** Up to this size a content stays in memory: half of the files of a base are smaller, and each file costs a rename. */
const inlineLimit = 4096

/** The store below a cache directory. */
export function contentStore(cacheDir: string): ContentStore {
  return { directory: join(cacheDir, 'contents') }
}

/** A regular file of a layer with this content. */
export function plannedFile(
  entry: Pick<LayerEntry, 'path' | 'mode' | 'uid' | 'gid' | 'mtime'>,
  data: Uint8Array,
  store: ContentStore | undefined,
): PlannedEntry {
  const digest = digestOf(data)
  return { ...entry, kind: 'file', size: data.length, digest, from: keep(data, hexOf(digest), store) }
}

/** The wanted members of an uncompressed tar archive held in memory; the root directory is left out. */
export function unpackTar(
  tar: Uint8Array,
  store: ContentStore | undefined,
  want: (path: string) => boolean,
): readonly PlannedEntry[] {
  const result: PlannedEntry[] = []
  let file: LayerEntry | undefined
  let parts: Uint8Array[] = []
  const decoder = createTarDecoder(
    {
      entry: (entry) => {
        if (entry.kind === 'file') file = entry
        else if (entry.path !== '' && want(entry.path)) result.push(entry)
      },
      data: (chunk) => parts.push(chunk),
      hole: (length) => parts.push(new Uint8Array(length)),
      end: () => {
        if (file !== undefined && want(file.path)) {
          const data = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
          const { digest: _, ...entry } = file
          result.push({ ...entry, ...plannedFile(file, data, store) })
        }
        file = undefined
        parts = []
      },
      opaque: () => {},
    },
    // Packages are no layers: a file called .wh.x would be just that.
    { whiteouts: 'literal' },
  )
  decoder.write(tar)
  decoder.close()
  return result
}

function keep(data: Uint8Array, hex: string, store: ContentStore | undefined): ContentOrigin {
  if (store === undefined || data.length <= inlineLimit) return { kind: 'inline', data: Buffer.from(data) }
  const path = join(store.directory, hex.slice(0, 2), hex)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const partial = `${path}.${process.pid}.part`
    writeFileSync(partial, data)
    renameSync(partial, path)
  }
  return { kind: 'host', path }
}
