import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { LayerEntry } from '../../archive/index.ts'
import {
  type IncrementalBuild,
  incrementalBuild,
  isCompiled,
  mixedPlatforms,
  type SourceFile,
  type StaleResult,
  staleResult,
} from '../../caches/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { joinPath, treeNodes, type TreeView } from '../../fileset/index.ts'
import type { ExecRequest, LayerRef, StepSinks } from '../../solver/index.ts'
import { replaceFile } from '../replace-file.ts'
import type { CacheReport, MeasuredCache } from '../worker/cache-report.ts'
import type { Trees } from './trees.ts'
import type { HeldCache } from './with-caches.ts'

export interface ResultPlaces {
  readonly layers: Pick<LayerStore, 'readIndex'>
  readonly trees: Trees
}

export interface StepThatRan {
  readonly layer: LayerRef
  readonly held: readonly HeldCache[]
  /** Absent without cache mounts. */
  readonly report: CacheReport | undefined
  readonly sinks: Pick<StepSinks, 'found'>
  readonly signal: AbortSignal
}

/**
 * Tells when a build tool that goes by modification times takes results of other sources or another platform for its own: in a
 * cache mount, where it is kept beside it what they were made from, or in a layer below. Reads nothing for any other command.
 */
export async function checkResults(places: ResultPlaces, request: ExecRequest, ran: StepThatRan): Promise<void> {
  const build = buildOf(places, request)
  if (build === undefined) return
  const inMounts = ran.report?.caches.filter(({ mount }) => {
    const spec = request.op.mounts[mount]
    return spec?.type === 'cache' && build.isResultsMount(spec.target)
  })
  const stale =
    inMounts === undefined || inMounts.length === 0
      ? staleInLayers(places, request, { build, layer: ran.layer })
      : await staleInMounts(places, request, { ...ran, build, caches: inMounts })
  if (stale !== undefined) ran.sinks.found?.(stale)
}

function buildOf({ trees }: ResultPlaces, { op, root }: ExecRequest): IncrementalBuild | undefined {
  const { argv, env, cwd, user, script } = op
  const tree = (): TreeView => trees.view({ kind: 'layers', layers: root })
  return incrementalBuild({ argv, env, cwd, user, tree, ...(script === undefined ? {} : { script: script.content }) })
}

interface MountCheck extends StepThatRan {
  readonly build: IncrementalBuild
  readonly caches: readonly MeasuredCache[]
}

async function staleInMounts(
  places: ResultPlaces,
  request: ExecRequest,
  { build, caches, held, signal }: MountCheck,
): Promise<StaleResult | undefined> {
  const sources = new Map([
    ...layerSources(places, request.root, build),
    ...(await boundSources(places, request, { build, signal })),
  ])
  const platform = build.platform ?? formatPlatform(request.platform)
  for (const cache of caches) {
    const taken = held.find(({ mount }) => mount === cache.mount)
    const spec = request.op.mounts[cache.mount]
    if (taken === undefined || spec?.type !== 'cache' || !cache.complete) continue
    const file = path.join(taken.home, `results-${taken.slot}.json`)
    const record = readRecord(file)
    if (!wroteNothing(cache)) {
      const madeFrom = Object.fromEntries([...sources].map(([name, { digest }]) => [name, digest]))
      replaceFile(file, JSON.stringify({ platform, madeFrom } satisfies ResultRecord))
    }
    if (record === undefined) continue
    const { madeFrom } = record
    const former = { place: spec.target, newest: cache.newestKept ?? 0, madeFrom }
    const found =
      mixedPlatforms(build, { ...spec, former: record.platform, platform }) ??
      (wroteNothing(cache) ? staleResult(build, sources, former) : undefined)
    if (found !== undefined) return found
  }
  return undefined
}

/** What is kept beside a cache mount about the results in it. */
interface ResultRecord {
  readonly platform: string
  /** Digests of sources by path. */
  readonly madeFrom: Readonly<Record<string, string>>
}

/** Tools write logs and stamps even when they have nothing to do: where there are compiled files, those count. */
function wroteNothing({ compiled, written }: MeasuredCache): boolean {
  return compiled.kept + compiled.written > 0 ? compiled.written === 0 : written.files === 0
}

function readRecord(file: string): ResultRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ResultRecord
  } catch {
    return undefined
  }
}

type Sources = Map<string, SourceFile>

/** Sources in the layers that were made here: base images have none of the project. */
function layerSources({ layers }: ResultPlaces, root: readonly LayerRef[], build: IncrementalBuild): Sources {
  const sources: Sources = new Map()
  for (const layer of madeHere(root)) addSources(sources, layers.readIndex(layer.id), build)
  return sources
}

function madeHere(root: readonly LayerRef[]): readonly LayerRef[] {
  return root.filter(({ content, diffId }) => content !== diffId)
}

function addSources(sources: Sources, entries: readonly LayerEntry[], build: IncrementalBuild): void {
  for (const { path: name, kind, digest, mtime } of entries) {
    if (kind === 'file' && digest !== undefined && build.isSource(`/${name}`))
      sources.set(`/${name}`, { digest, mtime: milliseconds(mtime) })
  }
}

/** Sources that are mounted from a context or a stage. */
async function boundSources(
  { trees }: ResultPlaces,
  { op, inputs }: ExecRequest,
  { build, signal }: { readonly build: IncrementalBuild; readonly signal: AbortSignal },
): Promise<Sources> {
  const sources: Sources = new Map()
  for (const mount of op.mounts) {
    const tree = mount.type === 'bind' ? inputs[mount.input] : undefined
    if (mount.type !== 'bind' || tree === undefined) continue
    const below = mount.source.replace(/^\//, '')
    const view = trees.view(tree)
    const found = new Map<string, string>()
    for (const [name, node] of treeNodes(view, below)) {
      const seen = `/${joinPath(mount.target.slice(1), name.slice(below === '' ? 0 : below.length + 1))}`
      if (node.kind === 'file' && build.isSource(seen)) found.set(seen, name)
    }
    if (tree.kind === 'host') await trees.digest(tree, [...found.values()], signal)
    for (const [seen, name] of found) {
      const { digest, mtime } = view.node(name) ?? {}
      if (digest !== undefined && mtime !== undefined) sources.set(seen, { digest, mtime: milliseconds(mtime) })
    }
  }
  return sources
}

/** Results in a layer below, sources in a later one, and nothing compiled by this step. */
function staleInLayers(
  { layers }: ResultPlaces,
  { root }: ExecRequest,
  { build, layer }: { readonly build: IncrementalBuild; readonly layer: LayerRef },
): StaleResult | undefined {
  const sources: Sources = new Map()
  let newest: number | undefined
  let madeFrom: Readonly<Record<string, string>> = {}
  for (const { id } of madeHere(root)) {
    const entries = layers.readIndex(id)
    addSources(sources, entries, build)
    const results = resultsAmong(entries, build)
    if (results.length === 0) continue
    newest = Math.max(...results.map(({ mtime }) => milliseconds(mtime)))
    madeFrom = Object.fromEntries([...sources].map(([name, { digest }]) => [name, digest]))
  }
  if (newest === undefined || resultsAmong(layers.readIndex(layer.id), build).length > 0) return undefined
  return staleResult(build, sources, { place: build.place, newest, madeFrom })
}

function resultsAmong(entries: readonly LayerEntry[], build: IncrementalBuild): readonly LayerEntry[] {
  return entries.filter(
    ({ path: name, kind, mode }) =>
      (kind === 'file' || kind === 'hardlink') && build.isResult(`/${name}`, isCompiled(path.basename(name), mode)),
  )
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n)
}
