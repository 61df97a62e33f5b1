import { openRegistry } from '../../adapters/registry/index.ts'
import type { RemoteCache } from '../../adapters/remote-cache/index.ts'
import { SlipwayError } from '../../core/index.ts'
import {
  type Descriptor,
  formatReference,
  isIndexMediaType,
  isManifestMediaType,
  type Reference,
  withDefaultTag,
} from '../../oci/index.ts'
import { noteBlobs, repositoriesAt } from '../copy/push-notes.ts'
import { homeDirectory } from '../home-directory.ts'
import type { Session } from '../session.ts'

export interface RegistryCacheOptions {
  readonly reference: Reference
  /** Take any certificate, and plain HTTP where there is no TLS. */
  readonly insecure: boolean
}

/** A cache under the name of an image. What the name stands for may also be an image, or an index of several. */
export function openRegistryCache(session: Session, { reference, insecure }: RegistryCacheOptions): RemoteCache {
  const named = withDefaultTag(reference)
  const own = insecure
    ? openRegistry({ env: session.env, home: homeDirectory(), insecure: [reference.registry] })
    : undefined
  const registry = own ?? session.registry
  return {
    label: formatReference(named),
    async loadManifest(signal) {
      try {
        const { descriptor, bytes } = await registry.document(named, undefined, signal)
        return { mediaType: descriptor.mediaType, bytes }
      } catch (error) {
        if (error instanceof SlipwayError && error.code === 'image-not-found') return undefined
        throw error
      }
    },
    saveManifest: async (manifest, signal) => void (await registry.pushManifest(named, manifest, { signal })),
    async *read(blob, signal) {
      if (!isDocument(blob)) return yield* registry.fetchBlob(named, blob, signal)
      yield (await registry.document(named, blob, signal)).bytes
    },
    async write({ descriptor, open }, signal) {
      let isSent = false
      const note = noteBlobs(session, named, () => {})
      const mountFrom = repositoriesAt(named, session.origins.all(descriptor.digest))
      await registry.pushBlobs(named, [{ descriptor, open, mountFrom }], {
        signal,
        onBlob(blob, outcome) {
          isSent = outcome === 'sent'
          note(blob, outcome)
        },
      })
      return isSent ? 'sent' : 'exists'
    },
    close: async () => void (await own?.close()),
  }
}

function isDocument({ mediaType }: Descriptor): boolean {
  return isManifestMediaType(mediaType) || isIndexMediaType(mediaType)
}
