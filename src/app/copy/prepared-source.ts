import { type ImageOptions, parseOutputSpec, type PreparedExport } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { CopySource } from './copy-source.ts'

/** The options of an image that nobody has wishes for. */
export function plainOptions(): ImageOptions {
  const output = parseOutputSpec('type=image')
  if (output.kind !== 'image') throw new SlipwayError('internal', 'type=image is no image output')
  return output.image
}

/** What was prepared for an export, as a source. What is not part of it is looked for `beyond`. */
export function preparedSource(
  prepared: PreparedExport,
  what: string,
  beyond?: Pick<CopySource, 'document' | 'blob'>,
): CopySource {
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
    async document(descriptor) {
      const bytes = documents.get(descriptor.digest) ?? (await beyond?.document(descriptor))
      if (bytes === undefined) throw missing(descriptor.digest)
      return bytes
    },
    blob(descriptor) {
      const bytes = blobs.get(descriptor.digest)?.() ?? beyond?.blob(descriptor)
      if (bytes === undefined) throw missing(descriptor.digest)
      return bytes
    },
    origins: () => [],
    referrers: async () => [],
    close: async () => {},
  }
}
