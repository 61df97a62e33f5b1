import {
  type ImportedImage,
  type LayoutSource,
  openImageSource,
  openLayout,
  type PreparedExport,
  prepareExport,
} from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import {
  decodeManifest,
  type Descriptor,
  familiarName,
  formatReference,
  isAttestation,
  parseReference,
  type Reference,
} from '../../oci/index.ts'
import { withNearTags } from '../images/near-tags.ts'
import type { Session } from '../session.ts'
import type { CopySource } from './copy-source.ts'
import type { Place } from './place.ts'
import { plainOptions, preparedSource } from './prepared-source.ts'
import { openStored } from './stored-source.ts'

/** Opens a place for reading. Rejects with `image-not-found`, `bad-archive`, or as the registry client does. */
export function openSource(session: Session, place: Place, signal: AbortSignal): Promise<CopySource> {
  switch (place.kind) {
    case 'registry':
      return openRemote(session, place.reference, signal)
    case 'layout':
    case 'oci-archive':
      return openLayoutEntry(session, place)
    case 'docker-archive':
      return openDockerArchive(session, place)
    case 'store':
      return openStored(session, place.name, signal)
  }
}

async function openRemote(session: Session, reference: Reference, signal: AbortSignal): Promise<CopySource> {
  const { registry } = session
  const top = await withNearTags(session, reference, () => registry.document(reference, undefined, signal))
  const read = async (descriptor: Descriptor): Promise<Uint8Array> =>
    descriptor.digest === top.descriptor.digest
      ? top.bytes
      : (await registry.document(reference, descriptor, signal)).bytes
  return {
    root: top.descriptor,
    from: { code: 'registry-bad-answer', what: formatReference(reference) },
    keepsManifest: true,
    document: read,
    blob: (descriptor) => registry.fetchBlob(reference, descriptor, signal),
    origins: () => [reference],
    referrers: (subject) => referrersAt(session, { reference, subject, signal }),
    close: async () => {},
  }
}

/** Registries may refuse to list what lies beside an image, and give the image all the same. */
async function referrersAt(
  { registry, emit, now }: Session,
  {
    reference,
    subject,
    signal,
  }: { readonly reference: Reference; readonly subject: Digest; readonly signal: AbortSignal },
): Promise<readonly Descriptor[]> {
  try {
    return await registry.listReferrers(reference, subject, { signal })
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'registry-denied') throw error
    const message = `${reference.registry} does not say what attestations there are: ${error.message}`
    emit({ type: 'note', time: now(), message })
    return []
  }
}

type FilePlace = Extract<Place, { readonly path: string }>

async function openLayoutEntry(session: Session, { path, name, kind }: FilePlace): Promise<CopySource> {
  const layout = await openLayout(path, { scratch: session.scratch('copy') })
  try {
    return {
      root: chosenEntry(
        layout.entries.filter((entry) => !isBeside(entry)),
        { path, name, kind },
      ),
      from: { code: 'bad-archive', what: path },
      keepsManifest: true,
      document: layout.document,
      blob: layout.blob,
      origins: () => [],
      referrers: (subject) => referrersIn(layout, subject),
      close: layout.close,
    }
  } catch (error) {
    await layout.close()
    throw error
  }
}

/** In layouts of oras, artifacts about an image stand beside it; they are nothing that somebody asks for by place. */
function isBeside(entry: Descriptor): boolean {
  const named = entry.annotations?.['org.opencontainers.image.ref.name'] !== undefined
  return !named && (isAttestation(entry) || entry.artifactType !== undefined)
}

async function referrersIn(layout: LayoutSource, subject: Digest): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = []
  for (const entry of layout.entries.filter(isBeside)) {
    const value = decodeManifest(
      await layout.document(entry),
      { code: 'bad-archive', what: entry.digest },
      entry.mediaType,
    )
    const { artifactType = '' } = value
    if (value.subject?.digest === subject) found.push({ ...entry, artifactType })
  }
  return found
}

interface Wanted {
  readonly path: string
  readonly name: string | undefined
  readonly kind: string
}

function chosenEntry(entries: readonly Descriptor[], { path, name, kind }: Wanted): Descriptor {
  const fitting = name === undefined ? entries : entries.filter((entry) => namesOf(entry).includes(name))
  const [only] = fitting
  if (only !== undefined && new Set(fitting.map(({ digest }) => digest)).size === 1) {
    const { mediaType, digest, size } = only
    return { mediaType, digest, size }
  }
  const there = entries.map((entry) => namesOf(entry)[0] ?? entry.digest)
  const notes = [there.length === 0 ? 'it has none' : `it has ${there.join(', ')}`]
  const prefix = kind === 'layout' ? 'oci' : kind
  if (fitting.length === 0)
    throw new SlipwayError('image-not-found', `${path} has no image${name === undefined ? '' : ` ${name}`}`, { notes })
  throw new SlipwayError('bad-reference', `${path} has several images`, { notes, hint: `write ${prefix}:PATH:NAME` })
}

/** As the entry is called, and the tag of a full name, which skopeo asks for. */
function namesOf({ annotations, digest }: Descriptor): readonly string[] {
  const short = annotations?.['org.opencontainers.image.ref.name']
  const full = annotations?.['io.containerd.image.name']
  const reference = full === undefined ? undefined : parseReference(full)
  const familiar = reference === undefined || 'error' in reference ? [] : [familiarName(reference)]
  return [...[short, full].filter((name) => name !== undefined), ...familiar, digest]
}

async function openDockerArchive(session: Session, { path, name }: FilePlace): Promise<CopySource> {
  const source = await openImageSource(path, { scratch: session.scratch('copy') })
  try {
    const image = chosenImage(source.images, path, name)
    const prepared = await prepareImported(session, image)
    return { ...preparedSource(prepared, path), keepsManifest: image.manifest !== undefined, close: source.close }
  } catch (error) {
    await source.close()
    throw error
  }
}

function chosenImage(images: readonly ImportedImage[], path: string, name: string | undefined): ImportedImage {
  const fitting = name === undefined ? images : images.filter((image) => image.names.some((one) => isSame(one, name)))
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only
  const notes = [`it has ${images.map((image) => image.names.join(' ') || image.config.digest).join(', ')}`]
  if (only === undefined)
    throw new SlipwayError('image-not-found', `${path} has no image ${name ?? ''}`.trim(), { notes })
  throw new SlipwayError('bad-reference', `${path} has several images`, {
    notes,
    hint: 'write docker-archive:FILE:NAME',
  })
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [parseReference(one), parseReference(other)]
  return one === other || (!('error' in left) && !('error' in right) && full(left) === full(right))
}

function full({ registry, repository, tag = 'latest' }: Reference): string {
  return `${registry}/${repository}:${tag}`
}

/** Docker's own archives have no manifest, so one is made; those that have one keep it. */
function prepareImported(session: Session, { config, layers, manifest }: ImportedImage): Promise<PreparedExport> {
  const image = {
    config: config.bytes,
    ...(manifest === undefined
      ? {}
      : { manifest: { mediaType: manifest.descriptor.mediaType, bytes: manifest.bytes } }),
    layers: layers.map(({ diffId, blob, openTar, openBlob }) => ({
      diffId,
      size: 0,
      openTar,
      ...(blob === undefined ? {} : { blob: { descriptor: blob, open: openBlob } }),
    })),
  }
  return prepareExport([image], {
    options: plainOptions(),
    family: 'docker',
    blobs: session.store,
    keepManifests: true,
  })
}
