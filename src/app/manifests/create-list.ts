import { type Digest, SlipwayError } from '../../core/index.ts'
import { decodeImageConfig, type Descriptor, platformOfConfig } from '../../oci/index.ts'
import { barePlace, placeName } from '../copy/copy-image.ts'
import type { CopySource } from '../copy/copy-source.ts'
import { blobsOf, readTree, type TreeManifest } from '../copy/image-tree.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace } from '../copy/place.ts'
import { putImage, rememberOrigin } from '../copy/write-tree.ts'
import type { Session } from '../session.ts'
import { readList, writeList } from './stored-list.ts'

export interface ListRequest {
  readonly name: string
  /** Images and indexes: names, or places as `copy` takes them. */
  readonly sources: readonly string[]
  /** Add to a list that is there. */
  readonly amend: boolean
  readonly annotations: Readonly<Record<string, string>>
  readonly cwd: string
  readonly signal: AbortSignal
}

/**
 * Makes an index of the store from images of registries, files and the store; indexes give all their entries. Layers of
 * registries are not downloaded. Rejects with `bad-reference` when the name is taken and not amended.
 */
export async function createList(session: Session, request: ListRequest): Promise<Digest> {
  const { name, signal, cwd } = request
  const known = await knownList(session, request)
  const entries = new Map(known.manifests.map((entry) => [entry.digest, entry]))
  const ids = new Set(known.ids)
  for (const text of request.sources) {
    const place = parsePlace(text, cwd) ?? (await barePlace(session, text))
    const source = await openSource(session, place, signal)
    try {
      const { manifests } = await readTree(source, { what: placeName(place) })
      for (const manifest of manifests) {
        const { id, entry } = await keep(session, source, manifest)
        if (id !== undefined) ids.add(id)
        entries.set(entry.digest, entry)
      }
    } finally {
      await source.close()
    }
  }
  if (ids.size === 0) throw new SlipwayError('unsupported', `${name} would be a list without any image`)
  const annotations = { ...known.annotations, ...request.annotations }
  return writeList(session, name, {
    manifests: [...entries.values()],
    ids: [...ids],
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  })
}

interface KnownList {
  readonly manifests: readonly Descriptor[]
  readonly ids: readonly Digest[]
  readonly annotations?: Readonly<Record<string, string>>
}

async function knownList(session: Session, { name, amend }: ListRequest): Promise<KnownList> {
  const images = await session.store.images.resolveAll(name).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.code === 'image-not-found') return []
    throw error
  })
  if (images.length === 0) return { manifests: [], ids: [] }
  const { index } = await readList(session, name)
  if (!amend) {
    throw new SlipwayError('bad-reference', `there is a list ${name} already`, {
      hint: 'add to it with --amend, or remove it with slipway rm',
    })
  }
  return { ...index, ids: images.map((image) => image.id) }
}

/** Puts a manifest into the store, with its blobs unless a registry has them, and tells its entry. */
async function keep(
  session: Session,
  source: CopySource,
  manifest: TreeManifest,
): Promise<{ readonly id?: Digest; readonly entry: Descriptor }> {
  const { store } = session
  const { value, descriptor } = manifest
  let isWhole = true
  for (const blob of blobsOf(value)) {
    const isElsewhere = rememberOrigin(session, source, blob) && blob.digest !== value.config.digest
    if (isElsewhere && !(await store.has(blob.digest, blob.size))) isWhole = false
    else await store.write(source.blob(blob), { expected: blob.digest, expectedSize: blob.size })
  }
  await store.write([manifest.bytes])
  if (!manifest.isImage) return { entry: descriptor }
  const isKnown = (await store.images.list()).some((image) => image.id === value.config.digest)
  // What the store knows of an image that was built here, such as its lines of the Dockerfile, is worth keeping.
  const id = isKnown ? value.config.digest : await putImage(session, manifest, { source, whole: isWhole })
  const config = decodeImageConfig(await store.readBytes(value.config.digest), source.from)
  return { id, entry: { ...descriptor, platform: descriptor.platform ?? platformOfConfig(config) } }
}
