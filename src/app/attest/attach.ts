import type { PreparedExport } from '../../adapters/exporters/index.ts'
import {
  assembleReferrer,
  encodeStatement,
  manifestSubjects,
  type Predicate,
  type Referrer,
} from '../../attest/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { Session } from '../session.ts'

/** Says what is claimed about the images of one build. */
export interface Attester {
  /** Of the image at a position among those of the build, whose layers are these blobs where they are known. */
  predicates(position: number, layers: readonly Descriptor[] | undefined): Promise<readonly Predicate[]>
  /** What statements are called among exported files; nothing for those that go with images only. */
  filename(predicateType: string): string | undefined
}

/**
 * Makes the statements of a build about the manifests that an output has for its images, and keeps them in the store, where
 * a later push of the same manifests finds them.
 */
export async function attach(
  session: Session,
  prepared: PreparedExport,
  { attester, names }: { readonly attester: Attester; readonly names: readonly string[] },
): Promise<readonly Referrer[]> {
  const made: Referrer[] = []
  for (const [position, { manifest, config, layers, platform }] of prepared.images.entries()) {
    const subjects = manifestSubjects(manifest.descriptor.digest, { names, platform })
    const predicates = await attester.predicates(
      position,
      layers.map(({ descriptor }) => descriptor),
    )
    const statements = predicates.map((one) => ({ predicateType: one.type, bytes: encodeStatement(one, subjects) }))
    const referrer = assembleReferrer(manifest.descriptor, statements)
    await keepReferrer(session, referrer, config.descriptor.digest)
    made.push(referrer)
  }
  return made
}

async function keepReferrer(
  { store }: Session,
  { subject, descriptor, bytes, blobs }: Referrer,
  image: Digest,
): Promise<void> {
  for (const blob of blobs) await store.write([blob.bytes])
  await store.write([bytes])
  await store.referrers.put(subject, descriptor, image)
}
