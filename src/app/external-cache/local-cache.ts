import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { ownerName } from '../../adapters/blob-store/index.ts'
import { openLayout, treeFiles, writeFileOutput, writeLayoutDirectory } from '../../adapters/exporters/index.ts'
import type { RemoteCache } from '../../adapters/remote-cache/index.ts'
import { type Digest, digestOf, hexOf } from '../../core/index.ts'
import { lockFile } from '../engine/cache-mount-locks.ts'

export interface LocalCacheOptions {
  readonly directory: string
  /** Which entry of the layout; the manifest with this digest where one is given. */
  readonly tag: string
  readonly digest?: Digest
}

const nameOfEntry = 'org.opencontainers.image.ref.name'

/** A cache in a directory, as an OCI layout: other tools can read it, and copy it elsewhere. */
export function openLocalCache({ directory, tag, digest }: LocalCacheOptions): RemoteCache {
  const blobPath = (blob: Digest): string => path.join(directory, 'blobs/sha256', hexOf(blob))
  const has = async (blob: Digest, size: number): Promise<boolean> =>
    (await stat(blobPath(blob)).catch(() => undefined))?.size === size
  return {
    label: directory,
    async loadManifest() {
      if ((await stat(path.join(directory, 'index.json')).catch(() => undefined)) === undefined) return undefined
      const layout = await openLayout(directory, { scratch: directory })
      try {
        const entry = layout.entries.find((one) =>
          digest === undefined ? one.annotations?.[nameOfEntry] === tag : one.digest === digest,
        )
        return entry === undefined ? undefined : { mediaType: entry.mediaType, bytes: await layout.document(entry) }
      } finally {
        await layout.close()
      }
    },
    async saveManifest({ mediaType, bytes }, signal) {
      const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
      const root = { ...descriptor, annotations: { [nameOfEntry]: tag } }
      const files = treeFiles({ root, documents: [{ descriptor, bytes }], blobs: [] })
      await mkdir(directory, { recursive: true })
      // The index is read, changed and written: two that do so at once would lose the tag of one.
      const release = await lockFile(path.join(directory, 'index.json.lock'), ownerName(), { interval: 20, signal })
      try {
        await writeLayoutDirectory(directory, files)
      } finally {
        release()
      }
    },
    async *read(blob) {
      const layout = await openLayout(directory, { scratch: directory })
      try {
        yield* layout.blob(blob)
      } finally {
        await layout.close()
      }
    },
    async write({ descriptor, open }) {
      if (await has(descriptor.digest, descriptor.size)) return 'exists'
      await mkdir(path.join(directory, 'blobs/sha256'), { recursive: true })
      await writeFileOutput(blobPath(descriptor.digest), open())
      return 'sent'
    },
    close: async () => {},
  }
}
