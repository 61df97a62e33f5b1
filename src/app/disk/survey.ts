import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { type ImageNeeds, type Named, readImageNeeds } from '../../adapters/blob-store/index.ts'
import { type Digest, digestFromHex, parseDigest } from '../../core/index.ts'
import { type KeptCacheMount, listCacheMounts } from '../engine/cache-mount-list.ts'

/** A step that left a layer, as the cache has it. */
export interface KeptStep {
  /** Its record, below the root. */
  readonly file: string
  readonly key: Digest
  /** As the progress shows it: `[build 2/3] RUN make`. */
  readonly step: string
  readonly layer: string
  /** A blob that holds the layer, where the record names one. */
  readonly blob?: Digest
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly used: number
}

export interface KeptLayer {
  readonly id: string
  readonly diffId?: Digest
  readonly created: number
}

/** A blob that holds a layer in some form. */
export interface KeptForm {
  /** The file that says so, below the root. */
  readonly file: string
  readonly diffId: Digest
  readonly form: string
  readonly blob: Digest
}

/** Something that was fetched for a build. */
export interface KeptSource {
  readonly id: string
  readonly type: 'source.git.checkout' | 'source.http' | 'source.packages'
  readonly description: string
  readonly paths: readonly string[]
  readonly created: number
  readonly used: number
}

/** Everything that lies in a store, by what it is. Paths are relative to the root. */
export interface Survey {
  readonly root: string
  readonly images: readonly ImageNeeds[]
  readonly steps: readonly KeptStep[]
  readonly layers: readonly KeptLayer[]
  /** Blobs that are there, with the time they came. */
  readonly blobs: ReadonlyMap<Digest, number>
  readonly forms: readonly KeptForm[]
  /** Manifests that something refers to. */
  readonly referrers: readonly Digest[]
  readonly mounts: readonly KeptCacheMount[]
  readonly sources: readonly KeptSource[]
  /** What builds remember, in files of any number. */
  readonly memories: readonly string[]
}

/** Looks through a store; sizes are measured apart. `documents` remembers what manifests name. */
export function surveyStore(root: string, documents: Map<Digest, readonly Named[]> = new Map()): Survey {
  return {
    root,
    // First: what is made from here on is in the way of nobody, because its maker holds it.
    images: readImageNeeds(root, documents),
    steps: stepsIn(root),
    layers: namesIn(root, 'layers').map((id) => layerOf(root, id)),
    blobs: new Map(
      namesIn(root, 'blobs/sha256').map((hex) => [digestFromHex(hex), timeOf(root, `blobs/sha256/${hex}`).created]),
    ),
    forms: formsIn(root),
    referrers: namesIn(root, 'blobs/referrers').map((name) => digestFromHex(name.replace(/\.json$/, ''))),
    mounts: listCacheMounts(path.join(root, 'cache-mounts')),
    sources: [...checkoutsIn(root), ...downloadsIn(root), ...packagesIn(root)],
    memories: namesIn(root, 'cache')
      .filter((name) => !notMemories.includes(name))
      .map((name) => `cache/${name}`),
  }
}

/** Records are steps; sizes are how this very account is kept; what is known of an image and its layers goes with these. */
const notMemories: readonly string[] = ['records', 'usage.json', 'blame', 'stages', 'copied']

function stepsIn(root: string): readonly KeptStep[] {
  const traced = tracedUses(root)
  return namesIn(root, 'cache/records').flatMap((prefix) =>
    namesIn(root, `cache/records/${prefix}`).flatMap((name) => {
      const step = stepOf(root, `cache/records/${prefix}/${name}`)
      return step === undefined ? [] : { ...step, used: Math.max(step.used, traced.get(step.key) ?? 0) }
    }),
  )
}

/** When the last build ended that a step was part of, by its key. */
function tracedUses(root: string): ReadonlyMap<Digest, number> {
  const uses = new Map<Digest, number>()
  for (const name of namesIn(root, 'cache/traces')) {
    const file = `cache/traces/${name}`
    const { steps = [] } = (readJson(root, file) ?? {}) as { readonly steps?: readonly { readonly key?: string }[] }
    const ended = timeOf(root, file).used
    for (const { key = '' } of steps) uses.set(key as Digest, Math.max(ended, uses.get(key as Digest) ?? 0))
  }
  return uses
}

interface RecordText {
  readonly key?: string
  readonly step?: string
  readonly created?: number
  readonly layer?: { readonly id?: string; readonly blob?: { readonly digest?: string } }
}

function stepOf(root: string, file: string): KeptStep | undefined {
  const { key = '', step, created, layer } = (readJson(root, file) ?? {}) as RecordText
  const digest = parseDigest(key)
  if (digest === undefined || layer?.id === undefined) return undefined
  const { used } = timeOf(root, file)
  const blob = parseDigest(layer.blob?.digest ?? '')
  return {
    file,
    key: digest,
    step: step ?? '',
    layer: layer.id,
    created: created ?? used,
    used,
    ...(blob === undefined ? {} : { blob }),
  }
}

function layerOf(root: string, id: string): KeptLayer {
  const file = `layers/${id}/layer.json`
  const diffId = parseDigest(((readJson(root, file) ?? {}) as { readonly diffId?: string }).diffId ?? '')
  return { id, created: timeOf(root, file).used, ...(diffId === undefined ? {} : { diffId }) }
}

function formsIn(root: string): readonly KeptForm[] {
  return namesIn(root, 'blobs/by-diff-id').flatMap((name) => {
    const [, hex, form] = /^([0-9a-f]{64})\.(.*)\.json$/.exec(name) ?? []
    const file = `blobs/by-diff-id/${name}`
    const blob = parseDigest(((readJson(root, file) ?? {}) as { readonly digest?: string }).digest ?? '')
    if (hex === undefined || form === undefined || blob === undefined) return []
    return { file, diffId: digestFromHex(hex), form, blob }
  })
}

function checkoutsIn(root: string): readonly KeptSource[] {
  return (['checkouts', 'repositories'] as const).flatMap((kind) =>
    namesIn(root, `sources/git/${kind}`).map((name): KeptSource => {
      const place = `sources/git/${kind}/${name}`
      const description =
        kind === 'checkouts' ? `git checkout of ${name}` : 'git repository that checkouts are made from'
      return { id: name, type: 'source.git.checkout', description, paths: [place], ...timeOf(root, place) }
    }),
  )
}

/** A download is a file by content and time, in a directory of its own for each name that it was wanted under. */
function downloadsIn(root: string): readonly KeptSource[] {
  const trees = namesIn(root, 'sources/http/trees')
  return namesIn(root, 'sources/http/files').map((name) => {
    const own = trees.filter((tree) => tree.startsWith(`${name}-`)).map((tree) => `sources/http/trees/${tree}`)
    const paths = [`sources/http/files/${name}`, ...own]
    const times = paths.map((one) => timeOf(root, one))
    return {
      id: name,
      type: 'source.http',
      description: `download of sha256:${name.slice(0, 12)}`,
      paths,
      created: Math.min(...times.map(({ created }) => created)),
      used: Math.max(...times.map(({ used }) => used)),
    }
  })
}

function packagesIn(root: string): readonly KeptSource[] {
  if (!namesIn(root, '').includes('packages')) return []
  const description = 'packages that bases are assembled from'
  return [{ id: 'packages', type: 'source.packages', description, paths: ['packages'], ...timeOf(root, 'packages') }]
}

/**
 * When a path was made and last used, in milliseconds since the epoch. Times of content mean something else in downloads and
 * checkouts, so their use is marked by the time of their last change of attributes; see `markUsed`.
 */
function timeOf(root: string, file: string): { readonly created: number; readonly used: number } {
  const stats: Stats | undefined = statSync(path.join(root, file), { throwIfNoEntry: false })
  if (stats === undefined) return { created: 0, used: 0 }
  const used = file.startsWith('sources/') ? stats.ctimeMs : stats.mtimeMs
  return { created: stats.birthtimeMs === 0 ? used : stats.birthtimeMs, used }
}

function readJson(root: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8'))
  } catch {
    return undefined
  }
}

/** What begins with a dot, or is called `tmp-…` among sources, is being written. */
function namesIn(root: string, directory: string): readonly string[] {
  try {
    return readdirSync(path.join(root, directory)).filter((name) => !name.startsWith('.') && !name.includes('tmp-'))
  } catch {
    return []
  }
}
