import type { PreparedBlob } from '../../adapters/exporters/index.ts'
import type { Digest } from '../../core/index.ts'
import type { ProgressSink } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { noteBlobs, repositoriesAt } from './push-notes.ts'
import type { RegistryTarget } from './write-tree.ts'

/** Layers that travel while others of the same image are still compressed. */
export interface BlobsAhead {
  /** For the push of the image, which then meets the failures of what was offered, and does not send it again. */
  readonly underway: Map<Digest, Promise<void>>
  offer(blob: PreparedBlob): void
  /** Breaks off what is underway, for an image that will not be finished. */
  abandon(): Promise<void>
}

/** Offered layers are sent at once. */
export function createBlobsAhead(
  session: Session,
  { reference, insecure = false }: RegistryTarget,
  { progress, signal }: { readonly progress: ProgressSink; readonly signal: AbortSignal },
): BlobsAhead {
  const stop = new AbortController()
  const onBlob = noteBlobs(session, reference, progress)
  const underway = new Map<Digest, Promise<void>>()
  const options = { signal: AbortSignal.any([signal, stop.signal]), onBlob, insecure, underway }
  const offered: Promise<void>[] = []
  return {
    underway,
    offer({ descriptor, open }) {
      const mountFrom = repositoriesAt(reference, session.origins.all(descriptor.digest))
      const sent = session.registry.pushBlobs(reference, [{ descriptor, open, mountFrom }], options)
      sent.catch(() => {})
      offered.push(sent)
    },
    async abandon() {
      stop.abort()
      await Promise.allSettled(offered)
    },
  }
}
