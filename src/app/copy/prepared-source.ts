import { type ImageOptions, parseOutputSpec, type PreparedExport } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { CopySource } from './copy-source.ts'

/** The options of an image that nobody has wishes for. */
export function plainOptions(): ImageOptions {
  const output = parseOutputSpec('type=image')
  if (output.kind !== 'image') throw new SlipwayError('internal', 'type=image is no image output')
  return output.image
}

/** What was prepared for an export, as a source. */
export function preparedSource(prepared: PreparedExport, what: string): CopySource {
  const documents = new Map<Digest, Uint8Array>()
  const blobs = new Map<Digest, () => AsyncIterable<Uint8Array>>()
  if (prepared.index !== undefined) documents.set(prepared.index.descriptor.digest, prepared.index.bytes)
  for (const { manifest, config, layers } of prepared.images) {
    documents.set(manifest.descriptor.digest, manifest.bytes)
    for (const blob of [config, ...layers]) blobs.set(blob.descriptor.digest, blob.open)
  }
  const missing = (digest: Digest): SlipwayError => new SlipwayError('internal', `${what} has no ${digest}`)
  return {
    root: prepared.root,
    from: { code: 'bad-archive', what },
    keepsManifest: false,
    async document({ digest }) {
      const bytes = documents.get(digest)
      if (bytes === undefined) throw missing(digest)
      return bytes
    },
    blob({ digest }) {
      const open = blobs.get(digest)
      if (open === undefined) throw missing(digest)
      return open()
    },
    origins: () => [],
    close: async () => {},
  }
}
