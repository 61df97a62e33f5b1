import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import type { ImageOptions, PreparedExport } from '../../adapters/exporters/index.ts'
import type { Referrer } from '../../attest/index.ts'
import type { Digest } from '../../core/index.ts'
import type { ProgressSink } from '../../solver/index.ts'
import { createBlobsAhead } from '../copy/blobs-ahead.ts'
import { readTree } from '../copy/image-tree.ts'
import { referenceOf } from '../copy/place.ts'
import { imagesSource } from '../copy/stored-source.ts'
import { writeToRegistry } from '../copy/write-tree.ts'
import type { Session } from '../session.ts'

export interface Push {
  readonly name: string
  readonly progress: ProgressSink
  readonly signal: AbortSignal
  /** Take any certificate, and plain HTTP where there is no TLS. */
  readonly insecure?: boolean
  /** Under its digest alone: the tag of the name is left as it is. */
  readonly byDigest?: boolean
  /** Compression, media types and annotations; plain when absent. */
  readonly options?: ImageOptions
  /** Makes what is to lie beside the images there; nothing when absent. */
  readonly attach?: (prepared: PreparedExport) => Promise<readonly Referrer[]>
}

/** Pushes images, one per platform, under a name; several become an index. Returns the digest that the name then has. */
export async function pushImages(
  session: Session,
  images: readonly Pick<ImageRecord, 'id' | 'layers' | 'manifest'>[],
  { name, progress, signal, insecure = false, byDigest = false, options, attach = async () => [] }: Push,
): Promise<Digest> {
  const named = referenceOf(name)
  const ahead = createBlobsAhead(session, { reference: named, insecure }, { progress, signal })
  const wanted = { name, signal, attach, onLayer: ahead.offer, ...(options === undefined ? {} : { options }) }
  try {
    const source = await imagesSource(session, images, wanted)
    const tree = await readTree(source, { what: name, attested: true })
    const { tag: _, ...untagged } = named
    const reference = byDigest ? { ...untagged, digest: tree.root.digest } : named
    await writeToRegistry(
      session,
      { reference, insecure, underway: ahead.underway },
      { tree, source, progress, signal },
    )
    return tree.root.digest
  } catch (error) {
    await ahead.abandon()
    throw error
  }
}
