import { join } from 'node:path'
import { type Digest, hexOf } from '../../core/index.ts'
import { decodeDescriptor, type Descriptor } from '../../oci/index.ts'
import type { Blobs } from './blobs.ts'
import { readRecord, replaceFile, type Scratch } from './store-files.ts'

/**
 * Which blob holds a layer in which form, so that no layer is ever compressed twice. A form is a word such as `gzip`,
 * `gzip-9` or `none`: equal words must mean equal bytes.
 */
export interface DiffBlobs {
  /** The blob of a layer in a form, if it is known and still complete. */
  find(diffId: Digest, form: string): Promise<Descriptor | undefined>
  put(diffId: Digest, form: string, blob: Descriptor): Promise<void>
}

export function openDiffBlobs(directory: string, blobs: Blobs, scratch: Scratch): DiffBlobs {
  const path = (diffId: Digest, form: string): string =>
    join(directory, `${hexOf(diffId)}.${form.replace(/[^a-z0-9-]/g, '_')}.json`)
  return {
    async find(diffId, form) {
      const blob = await readRecord(path(diffId, form), (value) =>
        decodeDescriptor(value, { code: 'store-unusable', what: 'a record' }),
      )
      return blob !== undefined && (await blobs.has(blob.digest, blob.size)) ? blob : undefined
    },
    put(diffId, form, { mediaType, digest, size }) {
      return replaceFile(path(diffId, form), JSON.stringify({ mediaType, digest, size }), scratch)
    },
  }
}
