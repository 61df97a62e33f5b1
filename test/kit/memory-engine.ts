import { createHash } from 'node:crypto'
import { contentDigest, encodeTarHeader, endOfArchive, tarPadding } from '../../src/archive/index.ts'
import { type BuildEvent, type Digest, digestFromHex, digestOf } from '../../src/core/index.ts'
import {
  applyEntries,
  type CopyInput,
  memoryTree,
  type PlannedEntry,
  planCopy,
  selectionListing,
  selectSources,
  surveySelection,
  type TreeView,
} from '../../src/fileset/index.ts'
import type {
  CacheRecord,
  CopyRequest,
  Engine,
  LayerRef,
  Selection,
  SolverPorts,
  TreeRef,
} from '../../src/solver/index.ts'

export interface MemoryWorld {
  readonly ports: SolverPorts
  /** Cache records in the order in which they were written. */
  readonly records: readonly CacheRecord[]
  readonly events: readonly BuildEvent[]
  /** The tar of a layer. */
  tarOf(layer: LayerRef): Uint8Array
}

/** Ports of the solver over trees in memory: COPY and nothing else, by the pure parts of the program, at time 0. */
export function memoryWorld(contexts: Readonly<Record<string, TreeView>>): MemoryWorld {
  const layers = new Map<string, readonly PlannedEntry[]>()
  const records: CacheRecord[] = []
  const events: BuildEvent[] = []
  const memo = new Map<Digest, Digest>()
  const entriesOf = (id: string): readonly PlannedEntry[] => layers.get(id) ?? []
  const view = (tree: TreeRef): TreeView => {
    if (tree.kind === 'host') return contexts[tree.path] ?? memoryTree({})
    return tree.layers.reduce((below, { id }) => applyEntries(below, entriesOf(id)), memoryTree({}))
  }
  const commit = (entries: readonly PlannedEntry[]): LayerRef => {
    const tar = encode(entries)
    const diffId = digestFromHex(createHash('sha256').update(tar).digest('hex'))
    layers.set(diffId, entries)
    return { id: diffId, diffId, content: contentDigest(entries), size: tar.length }
  }
  const engine: Engine = {
    select: async (tree, selection) => selectionDigest(view(tree), tree, selection),
    find: async (tree, paths) => paths.find((path) => view(tree).node(path) !== undefined),
    copy: async (request) => commit(copied(request, view)),
    prepare: async () => {},
    exec: () => Promise.reject(new Error('there are no programs in memory')),
    mkdir: () => Promise.reject(new Error('there is no WORKDIR in memory')),
    adopt: () => Promise.reject(new Error('no stage starts from a context')),
    close: async () => {},
  }
  const ports: SolverPorts = {
    engine,
    cache: {
      get: async (key) => records.find((record) => record.key === key),
      put: async (record) => void records.push(record),
    },
    memo: { get: async (key) => memo.get(key), put: async (key, value) => void memo.set(key, value) },
    sources: {
      context: async (name) => ({ kind: 'host', path: name, ignore: [], squashOwner: true }),
      http: () => Promise.reject(new Error('there is no network in memory')),
      git: () => Promise.reject(new Error('there is no network in memory')),
    },
    clock: { now: () => 0 },
    emit: (event) => events.push(event),
  }
  return { ports, records, events, tarOf: ({ id }) => encode(entriesOf(id)) }
}

function copied({ op, root, inputs }: CopyRequest, view: (tree: TreeRef) => TreeView): readonly PlannedEntry[] {
  const selected = op.sources.flatMap((source): readonly CopyInput[] => {
    if (source.kind !== 'path') throw new Error(`a source of kind ${source.kind} is not copied in memory`)
    const tree = view(inputs[source.input] as TreeRef)
    const found = selectSources(tree, source.pattern, { exclude: op.exclude, parents: op.parents, literal: false })
    if (found.kind !== 'selected') throw new Error(`${source.pattern}: ${found.kind}`)
    return found.sources.map((one) => ({ kind: 'selected', tree, source: one, contents: true }))
  })
  const dest = view({ kind: 'layers', layers: op.link ? [] : root })
  const plan = planCopy(selected, { dest, destination: op.destination, time: 0n })
  if (plan.kind !== 'planned') throw new Error(plan.message)
  return plan.entries.map((entry) => {
    if (entry.kind !== 'file' || entry.digest !== undefined) return entry
    return { ...entry, digest: digestOf(dataOf(entry)) }
  })
}

function selectionDigest(view: TreeView, tree: TreeRef, selection: Selection): Digest {
  const sources = selection.patterns.flatMap((pattern) => {
    const { exclude, parents, literal } = selection
    const found = selectSources(view, pattern, { exclude, parents, literal })
    if (found.kind !== 'selected') throw new Error(`${pattern}: ${found.kind}`)
    return found.sources
  })
  const survey = surveySelection(view, sources, {
    ignoreOwner: selection.ignoreOwner || tree.kind === 'host',
    ignoreMode: selection.ignoreMode,
    literal: selection.literal,
  })
  for (const path of survey.files) Object.assign(view.node(path) ?? {}, { digest: digestOf(view.read(path)) })
  return digestOf(selectionListing(survey))
}

function encode(entries: readonly PlannedEntry[]): Uint8Array {
  const parts = entries
    .filter(({ path }) => path !== '')
    .flatMap((entry) => {
      const header = encodeTarHeader(entry)
      return entry.kind === 'file' ? [header, dataOf(entry), new Uint8Array(tarPadding(entry.size))] : [header]
    })
  return Buffer.concat([...parts, endOfArchive])
}

function dataOf({ path, from }: PlannedEntry): Uint8Array {
  if (from?.kind !== 'inline') throw new Error(`/${path} is not in memory`)
  return from.data
}
