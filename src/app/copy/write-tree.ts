import {
  layoutFiles,
  type PreparedBlob,
  tarOf,
  treeFiles,
  writeFileOutput,
  writeLayoutDirectory,
} from '../../adapters/exporters/index.ts'
import type { PushImage } from '../../adapters/registry/index.ts'
import { type Digest, hexOf, SlipwayError } from '../../core/index.ts'
import {
  chainId,
  decodeImageConfig,
  type Descriptor,
  formatReference,
  isIndexMediaType,
  platformOfConfig,
  type Reference,
} from '../../oci/index.ts'
import type { LayerRef, ProgressSink } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import type { CopySource } from './copy-source.ts'
import { noteBlobs, repositoriesAt } from './push-notes.ts'
import { blobsOf, type ImageTree, type TreeManifest } from './image-tree.ts'
import { wholeBlob } from './whole-blob.ts'

/** What is copied, and how its progress is seen and stopped. */
export interface Copying {
  readonly tree: ImageTree
  readonly source: CopySource
  readonly progress: ProgressSink
  readonly signal: AbortSignal
}

export interface RegistryTarget {
  readonly reference: Reference
  /** Take any certificate, and plain HTTP where there is no TLS. */
  readonly insecure?: boolean
  /** Blobs of the tree that are being sent already. */
  readonly underway?: Map<Digest, Promise<void>>
}

/**
 * Pushes blobs that the registry does not have, then manifests and indexes by digest, the root last and under the name.
 * Until then nobody sees anything of it there. Attestations follow, because a registry may want to know their subject.
 */
export async function writeToRegistry(session: Session, target: RegistryTarget, copying: Copying): Promise<void> {
  const { tree, source, progress, signal } = copying
  const { reference, insecure = false, underway } = target
  const { tag: _, ...untagged } = reference
  const referenceOf = ({ digest }: Descriptor): Reference =>
    digest === tree.root.digest ? reference : { ...untagged, digest }
  const onBlob = noteBlobs(session, reference, progress)
  const imageOf = ({ descriptor, bytes, value }: TreeManifest): PushImage => ({
    manifest: { mediaType: descriptor.mediaType, bytes },
    blobs: blobsOf(value).map((blob) => ({
      ...readable(blob, copying),
      mountFrom: repositoriesAt(reference, source.origins(blob.digest)),
    })),
  })
  const isBeside = ({ descriptor, value }: TreeManifest): boolean =>
    value.subject !== undefined && descriptor.digest !== tree.root.digest
  for (const manifest of tree.manifests.filter((one) => !isBeside(one)))
    await session.registry.push(referenceOf(manifest.descriptor), imageOf(manifest), {
      signal,
      onBlob,
      insecure,
      underway,
    })
  for (const manifest of tree.manifests.filter(isBeside))
    await session.registry.pushReferrer(untagged, imageOf(manifest), { signal, onBlob, insecure })
  for (const { descriptor, bytes } of tree.indexes) {
    const manifest = { mediaType: descriptor.mediaType, bytes }
    await session.registry.pushManifest(referenceOf(descriptor), manifest, { signal, insecure })
  }
  for (const attestation of tree.attestations)
    await session.registry.pushReferrer(untagged, imageOf(attestation), { signal, onBlob, insecure })
}

/** Writes an OCI layout: a directory, to which an entry is added, or an archive. `name` is what skopeo asks for. */
export async function writeToLayout(
  place: { readonly kind: 'layout' | 'oci-archive'; readonly path: string; readonly name?: string },
  copying: Copying,
): Promise<void> {
  const { tree } = copying
  const { mediaType, digest, size } = tree.root
  const annotations = place.name === undefined ? {} : { 'org.opencontainers.image.ref.name': place.name }
  const files = treeFiles({
    root: { mediaType, digest, size, ...(place.name === undefined ? {} : { annotations }) },
    documents: [...tree.manifests, ...tree.indexes],
    blobs: tree.manifests.flatMap(({ value }) => blobsOf(value).map((blob) => readable(blob, copying))),
  })
  if (place.kind === 'layout') await writeLayoutDirectory(place.path, files)
  else await writeFileOutput(place.path, tarOf(files))
}

/** Writes an archive that docker and podman load, of the one image that it can hold. */
export async function writeToDockerArchive(
  place: { readonly path: string; readonly name?: string },
  copying: Copying,
): Promise<void> {
  const [manifest] = copying.tree.manifests
  if (manifest === undefined || !manifest.isImage) throw noImage(copying)
  const { descriptor, bytes, value } = manifest
  const config = decodeImageConfig(await wholeBlob(copying.source, value.config), copying.source.from)
  const image = {
    platform: platformOfConfig(config),
    manifest: { descriptor, bytes },
    config: readable(value.config, copying),
    layers: value.layers.map((layer) => readable(layer, copying)),
  }
  const { mediaType, digest, size } = descriptor
  const prepared = { root: { mediaType, digest, size }, images: [image] }
  const files = layoutFiles(prepared, { names: place.name === undefined ? [] : [place.name], docker: true })
  await writeFileOutput(place.path, tarOf(files))
}

/** Puts blobs and documents into the store, then images, and the name last. Nothing is unpacked. */
export async function writeToStore(session: Session, name: string, copying: Copying): Promise<readonly Digest[]> {
  const { tree, source } = copying
  const { store } = session
  const images = tree.manifests.filter((manifest) => manifest.isImage)
  if (images.length === 0) throw noImage(copying)
  const documents = [...tree.manifests, ...tree.attestations]
  await makeRoomFor(
    session,
    documents.flatMap(({ value }) => blobsOf(value)),
  )
  for (const { value } of documents) {
    for (const blob of blobsOf(value)) {
      await store.write(readable(blob, copying).open(), { expected: blob.digest, expectedSize: blob.size })
      rememberOrigin(session, source, blob)
    }
  }
  for (const { bytes } of [...documents, ...tree.indexes]) await store.write([bytes])
  for (const { descriptor, value } of documents)
    if (value.subject !== undefined)
      await store.referrers.put(value.subject.digest, withArtifactType(descriptor, value.artifactType))
  const ids: Digest[] = []
  for (const image of images) ids.push(await putImage(session, image, { source, whole: true }))
  const index = isIndexMediaType(tree.root.mediaType) ? tree.root : undefined
  await store.images.setName(name, [...new Set(ids)], index)
  return ids
}

async function makeRoomFor({ store, room }: Session, blobs: readonly Descriptor[]): Promise<void> {
  const missing = new Map<Digest, number>()
  for (const { digest, size } of blobs) if (!(await store.has(digest, size))) missing.set(digest, size)
  const bytes = [...missing.values()].reduce((sum, size) => sum + size, 0)
  await room.make({ least: bytes, likely: bytes })
}

function withArtifactType({ mediaType, digest, size }: Descriptor, artifactType: string | undefined): Descriptor {
  return { mediaType, digest, size, ...(artifactType === undefined ? {} : { artifactType }) }
}

/** Makes an image of the store of a manifest whose configuration is a blob there; with `whole` the layers are there, too. */
export async function putImage(
  { store }: Session,
  { value, descriptor, bytes }: TreeManifest,
  { source, whole }: { readonly source: CopySource; readonly whole: boolean },
): Promise<Digest> {
  const configBytes = await store.readBytes(value.config.digest)
  const config = decodeImageConfig(configBytes, source.from)
  const diffIds = config.rootfs.diff_ids
  if (diffIds.length !== value.layers.length) {
    const counts = `${value.layers.length} layers but its configuration names ${diffIds.length}`
    throw new SlipwayError(source.from.code, `${source.from.what} has ${counts}`)
  }
  const layers = value.layers.map((blob, index): LayerRef => {
    const diffId = diffIds[index] as Digest
    const chain = chainId(diffIds.slice(0, index + 1)) ?? diffId
    return { id: hexOf(chain), diffId, content: diffId, size: 0, blob }
  })
  const { id } = await store.images.put({
    config: configBytes,
    platform: platformOfConfig(config),
    layers,
    origins: config.history.map(() => null),
    ...(whole ? { manifest: { mediaType: descriptor.mediaType, bytes } } : {}),
  })
  return id
}

/** Keeps in mind where a blob can be had, should it go or never come. */
export function rememberOrigin(session: Session, source: CopySource, { digest }: Descriptor): boolean {
  const [origin] = source.origins(digest)
  if (origin !== undefined) session.origins.put(digest, formatReference(origin))
  return origin !== undefined
}

function readable(blob: Descriptor, { source, progress, signal }: Copying): PreparedBlob {
  return { descriptor: blob, open: () => counted(source.blob(blob), blob, { progress, signal }) }
}

/** The bytes as they come, told as progress. Rejects with `cancelled` between two of them. */
async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  { digest, size }: Descriptor,
  { progress, signal }: Pick<Copying, 'progress' | 'signal'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let current = 0
  for await (const chunk of bytes) {
    if (signal.aborted) throw new SlipwayError('cancelled', 'cancelled')
    current += chunk.length
    progress({ id: digest, current, total: size, unit: 'bytes' })
    yield chunk
  }
  progress({ id: digest, current: size, total: size, unit: 'bytes', done: true })
}

function noImage({ source }: Copying): SlipwayError {
  return new SlipwayError('unsupported', `${source.from.what} is no image of files`, {
    hint: 'other artifacts can be copied between registries and OCI layouts',
  })
}
