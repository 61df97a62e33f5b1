import { type ImageOptions, prepareExport } from '../../adapters/exporters/index.ts'
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
}

/** Images as they would be pushed: each with the manifest it came with, or one made now; several get an index. */
export async function imagesSource(
  session: Session,
  images: readonly Parameters<typeof exportableImage>[1][],
  { name, signal, options = plainOptions() }: StoredImages,
): Promise<CopySource> {
  const exportable = await Promise.all(images.map((image) => exportableImage(session, image, signal)))
  const prepared = await prepareExport(exportable, {
    options,
    family: 'oci',
    blobs: session.store,
    keepManifests: true,
  })
  const keepsManifest = images.every(
    ({ manifest }, index) => manifest?.digest === prepared.images[index]?.manifest.descriptor.digest,
  )
  return { ...preparedSource(prepared, name), keepsManifest, origins: (blob: Digest) => session.origins.all(blob) }
}

function indexSource(session: Session, root: Descriptor, signal: AbortSignal): CopySource {
  return {
    root,
    from: { code: 'store-unusable', what: `the index ${root.digest}` },
    keepsManifest: true,
    document: ({ digest }) => session.store.readBytes(digest),
    blob: (blob) => readStoredBlob(session, blob, signal),
    origins: (blob) => session.origins.all(blob),
    close: async () => {},
  }
}
