import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import { familiarRepository, formatPlatform, normalizePlatform, parseReference } from '../../oci/index.ts'
import type { Session } from '../session.ts'
import { imageDiskSize } from './layer-sizes.ts'

/** A name of an image, or an image without a name. */
export interface NamedImage {
  readonly id: Digest
  /** As docker writes it: `debian`, `ghcr.io/a/b`. */
  readonly repository?: string
  readonly tag?: string
  /** `linux/arm64` */
  readonly platform: string
  /** Of the manifest, where one is known. */
  readonly digest?: Digest
  /** Milliseconds since the epoch, as the configuration says. */
  readonly created?: number
  /** Bytes of the files as docker counts them; absent while layers have not been downloaded. */
  readonly size?: number
}

/**
 * Every name of every image, newest image first. `filter` keeps a repository (all its tags) or one `NAME:TAG`, with `*`
 * and `?` as in shells. Throws `bad-reference` for a filter that cannot be a name.
 */
export async function listImages(session: Session, filter?: string): Promise<readonly NamedImage[]> {
  const wanted = filter === undefined ? () => true : nameFilter(filter)
  const rows: NamedImage[] = []
  for (const image of await session.store.images.list()) {
    const names = image.names.map(nameParts).filter(wanted)
    if (names.length === 0 && (image.names.length > 0 || filter !== undefined)) continue
    const facts = await factsOf(session, image)
    for (const name of names.length === 0 ? [{}] : names) rows.push({ ...facts, ...name })
  }
  return rows.sort((a, b) => (b.created ?? 0) - (a.created ?? 0))
}

interface NameParts {
  readonly repository?: string
  readonly tag?: string
  readonly digest?: Digest
}

/** A normalised name in the parts that docker shows. */
function nameParts(name: string): NameParts {
  const reference = parseReference(name)
  if ('error' in reference) return { repository: name }
  const { tag, digest } = reference
  return {
    repository: familiarRepository(reference),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

async function factsOf(session: Session, image: ListedImage): Promise<NamedImage> {
  const { created } = await session.store.images.config(image.id)
  const time = created === undefined ? Number.NaN : Date.parse(created)
  const size = await imageDiskSize(session, image)
  return {
    id: image.id,
    platform: formatPlatform(normalizePlatform(image.platform)),
    ...(image.manifest === undefined ? {} : { digest: image.manifest.digest }),
    ...(Number.isNaN(time) ? {} : { created: time }),
    ...(size === undefined ? {} : { size }),
  }
}

function nameFilter(filter: string): (name: NameParts) => boolean {
  if (/[*?]/.test(filter)) {
    const pattern = filter
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')
    const expression = new RegExp(`^${pattern}$`)
    return ({ repository = '', tag = '' }) => expression.test(repository) || expression.test(`${repository}:${tag}`)
  }
  const reference = parseReference(filter)
  if ('error' in reference) throw new SlipwayError('bad-reference', reference.error)
  const wanted = familiarRepository(reference)
  return ({ repository, tag }) => repository === wanted && (reference.tag === undefined || reference.tag === tag)
}
