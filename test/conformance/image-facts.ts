import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import {
  decompress,
  detectCompression,
  type LayerEntry,
  type MergedNode,
  mergeLayers,
  readTar,
  walkTree,
} from '../../src/archive/index.ts'

/** What an image is, without anything that differs from one build to the next. */
export interface ImageFacts {
  /** One line per path, sorted: path, type, mode, owner, then what the type has. */
  readonly files: ReadonlyMap<string, string>
  /** The configuration without times, empty values and the platform of this machine. */
  readonly config: Readonly<Record<string, unknown>>
  /** `created_by` of each entry, lowest first; those without a layer begin with `(empty) `. */
  readonly history: readonly string[]
  /** Digests of the uncompressed layers, lowest first. */
  readonly diffIds: readonly string[]
}

export interface FactOptions {
  /** Say times of files, too. */
  readonly mtimes?: boolean
  /** Paths of files whose content and size may be anything. */
  readonly unstable?: readonly string[]
}

/** Reads the images of an OCI archive, or of one that `docker save` wrote, by the platform they are for; most have one. */
export async function readImages(archive: string, options: FactOptions = {}): Promise<ReadonlyMap<string, ImageFacts>> {
  const members = await readMembers(archive)
  const member = (name: string): Buffer => members.get(name) ?? missing(name)
  const json: ReadJson = (name) => JSON.parse(member(name).toString('utf8')) as never
  const images = new Map<string, ImageFacts>()
  const saved = members.has('index.json')
    ? layoutImages(json, 'index.json')
    : json<readonly SavedImage[]>('manifest.json')
  for (const { Config, Layers } of saved) {
    const image = json<ImageJson>(Config)
    const layers = await Promise.all(Layers.map((name) => decodeLayer(member(name))))
    images.set([image.os, image.architecture, image.variant].filter(Boolean).join('/'), {
      files: fileLines(layers, options),
      config: (withoutEmpty(plainConfig(image)) ?? {}) as Readonly<Record<string, unknown>>,
      history: (image.history ?? []).map(
        (entry) => `${entry.empty_layer === true ? '(empty) ' : ''}${entry.created_by}`,
      ),
      diffIds: image.rootfs.diff_ids ?? [],
    })
  }
  return images
}

/** Reads an archive with one image. */
export async function readImageFacts(archive: string, options: FactOptions = {}): Promise<ImageFacts> {
  const [facts, ...others] = (await readImages(archive, options)).values()
  if (facts === undefined || others.length > 0) throw new Error(`${archive} does not have exactly one image`)
  return facts
}

type ReadJson = <T>(name: string) => T

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly mediaType: string }[]
}

interface Manifest {
  readonly config: { readonly digest: string }
  /** Null in an image of BuildKit that has none. */
  readonly layers: readonly { readonly digest: string }[] | null
}

/** An image in `manifest.json` of an archive of docker: names of members. */
interface SavedImage {
  readonly Config: string
  readonly Layers: readonly string[]
}

function layoutImages(json: ReadJson, name: string): readonly SavedImage[] {
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`
  return json<Index>(name).manifests.flatMap(({ digest, mediaType }) => {
    if (/index|list/.test(mediaType)) return layoutImages(json, blob(digest))
    const { config, layers } = json<Manifest>(blob(digest))
    return [{ Config: blob(config.digest), Layers: (layers ?? []).map((layer) => blob(layer.digest)) }]
  })
}

interface ImageJson {
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[]
  readonly rootfs: { readonly diff_ids?: readonly string[] }
  readonly config?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

interface DecodedLayer {
  readonly entries: readonly LayerEntry[]
  /** Path of a file -> its content in words. */
  readonly contents: ReadonlyMap<string, string>
}

const machine: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

function plainConfig(image: ImageJson): Readonly<Record<string, unknown>> {
  const { created: _, history: __, rootfs: ___, architecture, os, config, ...rest } = image
  return {
    ...(os === 'linux' ? {} : { os }),
    ...(architecture === machine[process.arch] ? {} : { architecture }),
    ...rest,
    ...config,
  }
}

/** Both the absent and the empty value mean that nothing was set. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value
  if (value === null || value === '' || value === false) return undefined
  if (typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  // The keys of Labels, Volumes and ExposedPorts count, whatever is below them.
  const kept = entries.map(([key, inner]) => [key, keyed.has(key) ? inner : withoutEmpty(inner)] as const)
  const full = kept.filter(([, inner]) => inner !== undefined && inner !== null && !isEmptyRecord(inner))
  return full.length === 0 ? undefined : Object.fromEntries(full)
}

const keyed: ReadonlySet<string> = new Set(['Labels', 'Volumes', 'ExposedPorts'])

function isEmptyRecord(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0
}

async function readMembers(archive: string): Promise<ReadonlyMap<string, Buffer>> {
  const members = new Map<string, Buffer>()
  // An old `docker save` writes a layer that an image has twice once, and a link before or after it.
  const links = new Map<string, string>()
  let name = ''
  let parts: Uint8Array[] = []
  for await (const event of readTar(createReadStream(archive), { whiteouts: 'literal' })) {
    if (event.kind === 'entry') {
      const { path: at, kind, linkname = '' } = event.entry
      ;[name, parts] = [at, []]
      if (kind === 'symlink') links.set(at, path.posix.join(path.posix.dirname(at), linkname))
    } else if (event.kind === 'data') parts.push(Buffer.from(event.bytes))
    else if (event.kind === 'end') members.set(name, Buffer.concat(parts))
  }
  for (const [at, target] of links) members.set(at, members.get(target) ?? missing(target))
  return members
}

/** Layers by digest: most images of a run share their base. */
const decoded = new Map<string, Promise<DecodedLayer>>()

function decodeLayer(bytes: Buffer): Promise<DecodedLayer> {
  const digest = createHash('sha256').update(bytes).digest('hex')
  const known = decoded.get(digest) ?? decodeNewLayer(bytes)
  decoded.set(digest, known)
  return known
}

async function decodeNewLayer(bytes: Buffer): Promise<DecodedLayer> {
  const compression = detectCompression(bytes)
  if (compression !== 'none' && compression !== 'gzip' && compression !== 'zstd')
    throw new Error(`a layer is compressed with ${compression}`)
  const entries: LayerEntry[] = []
  const opaque = new Set<string>()
  const contents = new Map<string, string>()
  let parts: Buffer[] = []
  for await (const event of readTar(decompress(Readable.from([bytes]), compression))) {
    if (event.kind === 'entry') {
      entries.push(event.entry)
      parts = []
    } else if (event.kind === 'data') parts.push(Buffer.from(event.bytes))
    else if (event.kind === 'end') contents.set(entries.at(-1)?.path ?? '', contentWords(Buffer.concat(parts)))
    else opaque.add(event.path)
  }
  return { entries: entries.map((entry) => (opaque.has(entry.path) ? { ...entry, opaque: true } : entry)), contents }
}

/** Short texts are said as they are, so that differences can be read; the rest by digest. */
function contentWords(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const readable = bytes.length <= 240 && Buffer.from(text).equals(bytes)
  const words = readable
    ? JSON.stringify(text)
    : `sha256:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
  return `${bytes.length} ${words}`
}

function fileLines(layers: readonly DecodedLayer[], options: FactOptions): ReadonlyMap<string, string> {
  const lines = new Map<string, string>()
  const first = new Map<string, string>()
  for (const node of walkTree(mergeLayers(layers.map(({ entries }) => entries)))) {
    const { path } = node.entry
    const leader = node.inode === undefined ? undefined : first.get(node.inode)
    if (node.inode !== undefined && leader === undefined) first.set(node.inode, path)
    const content = layers[node.content.layer]?.contents.get(node.content.path)
    lines.set(path, lineOf(node, { leader, content: options.unstable?.includes(path) ? '*' : content, options }))
  }
  return lines
}

function lineOf(
  { entry }: MergedNode,
  about: { readonly leader: string | undefined; readonly content: string | undefined; readonly options: FactOptions },
): string {
  const { path, kind, mode, uid, gid, linkname, devMajor, devMinor, xattrs, mtime } = entry
  return [
    path,
    kind,
    kind === 'symlink' ? '' : mode.toString(8).padStart(4, '0'),
    `${uid}:${gid}`,
    kind === 'symlink' ? `-> ${linkname}` : '',
    kind === 'char' || kind === 'block' ? `${devMajor},${devMinor}` : '',
    kind === 'file' ? (about.content ?? '') : '',
    about.leader === undefined ? '' : `same file as ${about.leader}`,
    xattrs === undefined ? '' : `xattrs ${Object.keys(xattrs).sort().join(',')}`,
    about.options.mtimes === true ? `at ${(mtime / 1_000_000_000n).toString()}` : '',
  ]
    .filter((word) => word !== '')
    .join(' ')
}

function missing(name: string): never {
  throw new Error(`the archive lacks ${name}`)
}
