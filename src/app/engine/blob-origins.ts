import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { type Digest, hexOf } from '../../core/index.ts'
import { parseReference, type Reference } from '../../oci/index.ts'

/** Where blobs that have not been downloaded yet can be had. */
export interface BlobOrigins {
  find(blob: Digest): Reference | undefined
  put(blob: Digest, reference: string): void
}

/** One small file per blob below `directory`. */
export function openBlobOrigins(directory: string): BlobOrigins {
  const fileOf = (blob: Digest): string => path.join(directory, hexOf(blob))
  return {
    find(blob) {
      try {
        const reference = parseReference(readFileSync(fileOf(blob), 'utf8'))
        return 'error' in reference ? undefined : reference
      } catch {
        return undefined
      }
    },
    put(blob, reference) {
      mkdirSync(directory, { recursive: true })
      const draft = path.join(directory, `.${randomUUID()}`)
      writeFileSync(draft, reference)
      renameSync(draft, fileOf(blob))
    },
  }
}
