import type { Digest } from '../../core/index.ts'
import { familiarName, parseReference } from '../../oci/index.ts'
import type { Session } from '../session.ts'

/**
 * Takes a name away, and its image with its last name; or an image by its id. Names come back as docker writes them.
 * Rejects with `image-not-found`, and with `bad-reference` for an id with several names unless `force` is set.
 */
export async function removeImage(
  session: Session,
  name: string,
  options: { readonly force: boolean },
): Promise<{ readonly untagged: readonly string[]; readonly deleted: readonly Digest[] }> {
  const { untagged, deleted } = await session.store.images.remove(name, options)
  const written = untagged.map((key) => {
    const reference = parseReference(key)
    return 'error' in reference ? key : familiarName(reference)
  })
  return { untagged: written, deleted }
}
