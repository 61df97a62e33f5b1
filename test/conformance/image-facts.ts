import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
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

/** Reads an OCI archive with one image. */
export async function readImageFacts(archive: string, options: FactOptions = {}): Promise<ImageFacts> {
  const blobs = await readMembers(archive)
  const json = (name: string): never => JSON.parse((blobs.get(name) ?? missing(name)).toString('utf8')) as never
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`
  let manifests = (json('index.json') as Index).manifests
  while (manifests[0]?.mediaType.includes('index') === true || manifests[0]?.mediaType.includes('list') === true)
    manifests = (json(blob(manifests[0].digest)) as Index).manifests
  if (manifests.length !== 1) throw new Error(`${archive} has ${manifests.length} images`)
  const manifest = json(blob(manifests[0]?.digest ?? '')) as Manifest
  const image = json(blob(manifest.config.digest)) as ImageJson
  const layers = await Promise.all(
    manifest.layers.map(({ digest }) => decodeLayer(digest, blobs.get(blob(digest)) ?? missing(digest))),
  )
  return {
    files: fileLines(layers, options),
    config: withoutEmpty(plainConfig(image)) as Readonly<Record<string, unknown>>,
    history: (image.history ?? []).map((entry) => `${entry.empty_layer === true ? '(empty) ' : ''}${entry.created_by}`),
    diffIds: image.rootfs.diff_ids ?? [],
  }
}

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly mediaType: string }[]
}

interface Manifest {
  readonly config: { readonly digest: string }
  readonly layers: readonly { readonly digest: string }[]
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
  let name = ''
  let parts: Uint8Array[] = []
  for await (const event of readTar(createReadStream(archive), { whiteouts: 'literal' })) {
    if (event.kind === 'entry') [name, parts] = [event.entry.path, []]
    else if (event.kind === 'data') parts.push(Buffer.from(event.bytes))
    else if (event.kind === 'end') members.set(name, Buffer.concat(parts))
  }
  return members
}

/** Layers by digest: most images of a run share their base. */
const decoded = new Map<string, Promise<DecodedLayer>>()

function decodeLayer(digest: string, bytes: Buffer): Promise<DecodedLayer> {
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
