import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import {
  parseOutputSpec,
  prepareExport,
  type PreparedExport,
  type PreparedImage,
} from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import { type Descriptor, parseReference, type Reference, withDefaultTag } from '../../oci/index.ts'
import type { ProgressSink } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { exportableImage } from './exportable.ts'

export interface Push {
  readonly name: string
  readonly progress: ProgressSink
  readonly signal: AbortSignal
}

/** Pushes images, one per platform, under a name; several become an index. Returns the digest that the name then has. */
export async function pushImages(
  session: Session,
  images: readonly Pick<ImageRecord, 'id' | 'layers'>[],
  { name, progress, signal }: Push,
): Promise<Digest> {
  const parsed = parseReference(name)
  if ('error' in parsed) throw new SlipwayError('bad-reference', `${name}: ${parsed.error}`)
  const reference = withDefaultTag(parsed)
  const exportable = await Promise.all(images.map((image) => exportableImage(session, image, signal)))
  const output = parseOutputSpec('type=image')
  if (output.kind !== 'image') throw new SlipwayError('internal', 'type=image is no image output')
  const prepared = await prepareExport(exportable, { options: output.image, family: 'oci', blobs: session.store })
  const onBlob = (blob: Descriptor): void =>
    progress({ id: blob.digest, current: blob.size, total: blob.size, unit: 'bytes', done: true })
  return pushPrepared(session, prepared, { reference, signal, onBlob })
}

interface Target {
  readonly reference: Reference
  readonly signal: AbortSignal
  readonly onBlob: (blob: Descriptor) => void
}

async function pushPrepared(
  session: Session,
  prepared: PreparedExport,
  { reference, signal, onBlob }: Target,
): Promise<Digest> {
  for (const image of prepared.images) {
    const { digest } = image.manifest.descriptor
    const { tag: _tag, ...untagged } = reference
    const target = prepared.index === undefined ? reference : { ...untagged, digest }
    await session.registry.push(target, pushable(image), { signal, onBlob })
  }
  if (prepared.index !== undefined) {
    const { bytes, descriptor } = prepared.index
    await session.registry.pushManifest(reference, { mediaType: descriptor.mediaType, bytes }, { signal })
  }
  return prepared.root.digest
}

function pushable(image: PreparedImage): Parameters<Session['registry']['push']>[1] {
  const { bytes, descriptor } = image.manifest
  return { manifest: { mediaType: descriptor.mediaType, bytes }, blobs: [image.config, ...image.layers] }
}
