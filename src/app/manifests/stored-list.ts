import { type Digest, SlipwayError } from '../../core/index.ts'
import { assembleIndex, decodeIndex, type Descriptor, type Index, mediaTypes } from '../../oci/index.ts'
import type { Session } from '../session.ts'

/** The index that a name of the store stands for. Rejects with `image-not-found` or, for an image, `bad-reference`. */
export async function readList({ store }: Session, name: string): Promise<{ descriptor: Descriptor; index: Index }> {
  const descriptor = await store.images.indexOf(name)
  if (descriptor === undefined) {
    // Says that there is no such name, with those that are near, where that is so.
    await store.images.resolveAll(name)
    throw new SlipwayError('bad-reference', `${name} is an image and no list of manifests`, {
      hint: 'slipway manifest create NEW-NAME IMAGE... makes one',
    })
  }
  const bytes = await store.readBytes(descriptor.digest)
  const from = { code: 'store-unusable', what: `the index of ${name}` } as const
  return { descriptor, index: decodeIndex(bytes, from, descriptor.mediaType) }
}

/** Lets a name stand for an index with these entries. Gives its digest. */
export async function writeList(
  { store }: Session,
  name: string,
  list: Pick<Index, 'manifests' | 'annotations'> & { readonly ids: readonly Digest[] },
): Promise<Digest> {
  const { manifests, annotations, ids } = list
  // An index of docker's own type can have neither annotations nor manifests of the other kind.
  const isDocker = annotations === undefined && manifests.every(isDockers)
  const { bytes, descriptor } = assembleIndex({
    manifests,
    family: isDocker ? 'docker' : 'oci',
    ...(annotations === undefined ? {} : { annotations }),
  })
  await store.write([bytes])
  await store.images.setName(name, ids, descriptor)
  return descriptor.digest
}

function isDockers({ mediaType, annotations }: Descriptor): boolean {
  return mediaType === mediaTypes.dockerManifest && annotations === undefined
}
