import { type Digest, hexOf, SlipwayError } from '../../core/index.ts'
import {
  type Descriptor,
  familiarName,
  goJson,
  mediaTypes,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../oci/index.ts'
import type { PreparedBlob, PreparedExport, PreparedImage } from './prepare-image.ts'

/** A file of an OCI layout or a docker archive; `path` has no leading slash. */
export interface LayoutFile {
  readonly path: string
  readonly mode: number
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

export interface LayoutOptions {
  /** Names as people write them. */
  readonly names: readonly string[]
  /** Adds docker's `manifest.json`, which docker and podman load by. */
  readonly docker: boolean
  /** RFC 3339, for `org.opencontainers.image.created` of the descriptors. */
  readonly created?: string
  /** Blobs that are named and not written. */
  readonly without?: ReadonlySet<Digest>
}

/**
 * Every file of the layout, sorted by path, each once: `oci-layout`, `index.json` with one entry per name as containerd and
 * buildx write it, the blobs, and `manifest.json` for docker.
 */
export function layoutFiles(prepared: PreparedExport, options: LayoutOptions): readonly LayoutFile[] {
  const names = options.names.map(parseName)
  const all = [
    ...prepared.images.flatMap((image) => [documentBlob(image.manifest), image.config, ...image.layers]),
    ...(prepared.index === undefined ? [] : [documentBlob(prepared.index)]),
    ...(prepared.artifacts ?? []).flatMap(({ manifest, blobs }) => [documentBlob(manifest), ...blobs]),
  ]
  const written = all.filter(({ descriptor }) => options.without?.has(descriptor.digest) !== true)
  const files = new Map(written.map((blob) => [blobPath(blob.descriptor), blobFile(blob)]))
  files.set('oci-layout', textFile('oci-layout', '{"imageLayoutVersion":"1.0.0"}', 0o444))
  files.set('index.json', textFile('index.json', indexJson(indexEntries(prepared.root, names, options.created)), 0o644))
  if (options.docker) files.set('manifest.json', textFile('manifest.json', dockerManifest(prepared, names), 0o644))
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Whatever belongs to one entry of a layout, already in the form that it is to have there. */
export interface TreeFiles {
  /** The entry, with the annotations that it is to have. */
  readonly root: Descriptor
  readonly documents: readonly { readonly bytes: Uint8Array; readonly descriptor: Descriptor }[]
  readonly blobs: readonly PreparedBlob[]
}

/** Every file of a layout with this one entry, sorted by path, each once. */
export function treeFiles({ root, documents, blobs }: TreeFiles): readonly LayoutFile[] {
  const all = [...documents.map(documentBlob), ...blobs]
  const files = new Map(all.map((blob) => [blobPath(blob.descriptor), blobFile(blob)]))
  files.set('oci-layout', textFile('oci-layout', '{"imageLayoutVersion":"1.0.0"}', 0o444))
  files.set('index.json', textFile('index.json', indexJson(indexEntries(root, [], undefined)), 0o644))
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The text of an `index.json` with these entries. */
export function indexJson(manifests: readonly Descriptor[]): string {
  return goJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })
}

/** One entry per name with the annotations containerd (full name) and skopeo (tag) look for; one without when unnamed. */
export function indexEntries(
  root: Descriptor,
  names: readonly Reference[],
  created: string | undefined,
): readonly Descriptor[] {
  const time: Readonly<Record<string, string>> =
    created === undefined ? {} : { 'org.opencontainers.image.created': created }
  const base = { ...root.annotations, ...time }
  const named = names.map((name) => ({
    ...base,
    'io.containerd.image.name': `${name.registry}/${name.repository}${name.tag === undefined ? '' : `:${name.tag}`}`,
    ...(name.tag === undefined ? {} : { 'org.opencontainers.image.ref.name': name.tag }),
  }))
  const all = named.length === 0 ? [base] : named
  return all.map((annotations) => ({
    mediaType: root.mediaType,
    digest: root.digest,
    size: root.size,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations: sortedByKey(annotations) }),
    ...(root.platform === undefined ? {} : { platform: platformInGoOrder(root.platform) }),
  }))
}

function dockerManifest(prepared: PreparedExport, names: readonly Reference[]): string {
  const [image] = prepared.images as [PreparedImage]
  const entry = {
    Config: blobPath(image.config.descriptor),
    RepoTags: names.length === 0 ? null : names.map(familiarName),
    Layers: image.layers.map((layer) => blobPath(layer.descriptor)),
  }
  return goJson([entry])
}

function parseName(text: string): Reference {
  const reference = parseReference(text)
  if ('error' in reference) throw new SlipwayError('bad-reference', reference.error)
  return withDefaultTag(reference)
}

function blobPath(descriptor: Descriptor): string {
  return `blobs/sha256/${hexOf(descriptor.digest)}`
}

function blobFile({ descriptor, open }: PreparedBlob): LayoutFile {
  return { path: blobPath(descriptor), mode: 0o444, size: descriptor.size, open }
}

function documentBlob(document: { readonly bytes: Uint8Array; readonly descriptor: Descriptor }): PreparedBlob {
  return { descriptor: document.descriptor, open: () => single(document.bytes) }
}

function textFile(path: string, text: string, mode: number): LayoutFile {
  const bytes = Buffer.from(text)
  return { path, mode, size: bytes.length, open: () => single(bytes) }
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

function sortedByKey(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function platformInGoOrder({
  os,
  architecture,
  variant,
  ...rest
}: NonNullable<Descriptor['platform']>): NonNullable<Descriptor['platform']> {
  return { architecture, os, ...rest, ...(variant === undefined ? {} : { variant }) }
}
