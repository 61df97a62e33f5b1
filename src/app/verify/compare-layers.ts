import { createHash } from 'node:crypto'
import { comparePaths, type LayerEntry, readTar } from '../../archive/index.ts'
import { type Digest, digestFromHex } from '../../core/index.ts'

/** Entries of a layer by path, files with their digests. */
export type LayerContents = ReadonlyMap<string, LayerEntry>

export interface LayerDifference {
  /** Without leading slash; the root is empty. */
  readonly path: string
  /** `content sha256:a… became sha256:b…`, `mode 0644 became 0755`. */
  readonly changes: readonly string[]
  /** What the layers have at the path, if anything. */
  readonly entries: readonly [LayerEntry | undefined, LayerEntry | undefined]
  /** How many more paths differ. */
  readonly others: number
  /** Nothing but modification times differs anywhere. */
  readonly timesOnly: boolean
}

/** Reads the archive of a layer. Rejects for one that is none. */
export async function layerContents(tar: AsyncIterable<Uint8Array>): Promise<LayerContents> {
  const contents = new Map<string, LayerEntry>()
  let file: { readonly entry: LayerEntry; readonly hash: ReturnType<typeof createHash> } | undefined
  for await (const event of readTar(tar)) {
    if (event.kind === 'entry') {
      contents.set(event.entry.path, event.entry)
      file = event.entry.kind === 'file' ? { entry: event.entry, hash: createHash('sha256') } : undefined
    } else if (event.kind === 'data') file?.hash.update(event.bytes)
    else if (event.kind === 'end' && file !== undefined)
      contents.set(file.entry.path, { ...file.entry, digest: digestFromHex(file.hash.digest('hex')) })
    else if (event.kind === 'opaque') markOpaque(contents, event.path)
  }
  return contents
}

function markOpaque(contents: Map<string, LayerEntry>, path: string): void {
  const entry = contents.get(path)
  if (entry !== undefined) contents.set(path, { ...entry, opaque: true })
}

/** The first path in which layers differ by more than a time, or else by a time. Undefined when no path differs. */
export function compareLayers(was: LayerContents, is: LayerContents): LayerDifference | undefined {
  const paths = [...new Set([...was.keys(), ...is.keys()])].sort(comparePaths)
  const differing = paths.flatMap((path) => {
    const changes = entryChanges(was.get(path), is.get(path))
    return changes.length === 0 ? [] : [{ path, changes, timesOnly: changes.every((one) => one.startsWith('mtime ')) }]
  })
  const first = differing.find(({ timesOnly }) => !timesOnly) ?? differing[0]
  if (first === undefined) return undefined
  const { path, changes, timesOnly } = first
  return { path, changes, entries: [was.get(path), is.get(path)], others: differing.length - 1, timesOnly }
}

function entryChanges(was: LayerEntry | undefined, is: LayerEntry | undefined): readonly string[] {
  if (was === undefined) return ['is new']
  if (is === undefined) return ['is gone']
  const facts: readonly (readonly [string, string, string])[] = [
    ['kind', was.kind, is.kind],
    ['content', contentOf(was), contentOf(is)],
    ['link to', was.linkname ?? 'nothing', is.linkname ?? 'nothing'],
    ['mode', octal(was.mode), octal(is.mode)],
    ['owner', `${was.uid}:${was.gid}`, `${is.uid}:${is.gid}`],
    ['device', device(was), device(is)],
    ['attributes', attributes(was), attributes(is)],
    ['opaque', String(was.opaque === true), String(is.opaque === true)],
    ['mtime', time(was), time(is)],
  ]
  return facts.flatMap(([name, before, after]) => (before === after ? [] : [`${name} ${before} became ${after}`]))
}

function contentOf({ digest, size }: LayerEntry): string {
  return digest === undefined ? 'none' : `${shortDigest(digest)} (${size} bytes)`
}

function shortDigest(digest: Digest): string {
  return `${digest.slice(0, 19)}…`
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`
}

function device({ devMajor, devMinor }: LayerEntry): string {
  return devMajor === undefined && devMinor === undefined ? 'none' : `${devMajor ?? 0}:${devMinor ?? 0}`
}

function attributes({ xattrs = {} }: LayerEntry): string {
  const pairs = Object.entries(xattrs).map(([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`)
  return pairs.length === 0 ? 'none' : pairs.sort().join(' ')
}

function time({ mtime }: LayerEntry): string {
  return new Date(Number(mtime / 1_000_000n)).toISOString()
}
