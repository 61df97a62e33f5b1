import type { Digest } from '../../core/index.ts'
import type { Descriptor, Provenance, Reference } from '../../oci/index.ts'

/** One image or index and everything below it, wherever it is. */
export interface CopySource {
  /** The manifest or index that the name stands for. */
  readonly root: Descriptor
  /** Whom to blame for documents that are not what they should be. */
  readonly from: Provenance
  /** False when the manifest was made here, because the source keeps none. */
  readonly keepsManifest: boolean
  /** Its blobs are those of the store. */
  readonly isStored?: boolean
  /** A manifest or an index, checked against its digest. */
  document(descriptor: Descriptor): Promise<Uint8Array>
  /** The content of a blob; rejects at its end when it is not what the digest says. */
  blob(descriptor: Descriptor): AsyncIterable<Uint8Array>
  /** Repositories that have the blob, the likeliest first; registries can take it over from there. */
  origins(blob: Digest): readonly Reference[]
  /** Manifests that name this one as their subject: its attestations, signatures and whatever else lies beside it. */
  referrers(subject: Digest): Promise<readonly Descriptor[]>
  close(): Promise<void>
}
