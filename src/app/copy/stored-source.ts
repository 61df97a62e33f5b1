import {
  type ImageOptions,
  type PreparedBlob,
  type PreparedExport,
  prepareExport,
} from '../../adapters/exporters/index.ts'
import type { Referrer } from '../../attest/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { exportableImage, readStoredBlob } from '../images/exportable.ts'
import type { Session } from '../session.ts'
import type { CopySource } from './copy-source.ts'
import { plainOptions, preparedSource } from './prepared-source.ts'

/** Images of the store by name or id: the index of the name where it has one, else its images, one per platform. */
export async function openStored(session: Session, name: string, signal: AbortSignal): Promise<CopySource> {
  const images = await session.store.images.resolveAll(name)
  const index = await session.store.images.indexOf(name)
  return index === undefined ? imagesSource(session, images, { name, signal }) : indexSource(session, index, signal)
}

interface StoredImages {
  readonly name: string
  readonly signal: AbortSignal
  readonly options?: ImageOptions
  /** Makes what is to lie beside the images; absent: what the store knows to lie there. */
  readonly attach?: (prepared: PreparedExport) => Promise<readonly Referrer[]>
  /** Told each layer as soon as its blob is there. */
  readonly onLayer?: (blob: PreparedBlob) => void
}

/** Images as they would be pushed: each with the manifest it came with, or one made now; several get an index. */
export async function imagesSource(
  session: Session,
  images: readonly Parameters<typeof exportableImage>[1][],
  { name, signal, options = plainOptions(), attach, onLayer }: StoredImages,
): Promise<CopySource> {
  const exportable = await Promise.all(images.map((image) => exportableImage(session, image, signal)))
  const prepared = await prepareExport(exportable, {
    options,
    family: 'oci',
    blobs: session.store,
    keepManifests: true,
    ...(onLayer === undefined ? {} : { onLayer }),
  })
  const keepsManifest = images.every(
    ({ manifest }, index) => manifest?.digest === prepared.images[index]?.manifest.descriptor.digest,
  )
  const made = await attach?.(prepared)
  const stored = {
    document: ({ digest }: Descriptor) => session.store.readBytes(digest),
    blob: ({ digest }: Descriptor) => session.store.read(digest),
  }
  return {
    ...preparedSource(prepared, name, stored),
    keepsManifest,
    isStored: true,
    origins: (blob: Digest) => session.origins.all(blob),
    referrers: async (subject) =>
      made === undefined
        ? session.store.referrers.list(subject)
        : made.filter((one) => one.subject === subject).map(({ descriptor }) => descriptor),
  }
}

function indexSource(session: Session, root: Descriptor, signal: AbortSignal): CopySource {
  return {
    root,
    from: { code: 'store-unusable', what: `the index ${root.digest}` },
    keepsManifest: true,
    isStored: true,
    document: ({ digest }) => session.store.readBytes(digest),
    blob: (blob) => readStoredBlob(session, blob, signal),
    origins: (blob) => session.origins.all(blob),
    referrers: (subject) => session.store.referrers.list(subject),
    close: async () => {},
  }
}
