import type { HistoryOrigin, ImageRecord, NewImage } from '../../adapters/blob-store/index.ts'
import { type Digest, formatLocation, SlipwayError } from '../../core/index.ts'
import { type AssembledLayer, assembleConfig, type HistoryEntry, type ImageConfig } from '../../oci/index.ts'
import type { PlannedHistory, PlannedImage } from '../../plan/index.ts'
import type { LayerRef, SolveResult, VertexResult } from '../../solver/index.ts'

export interface AssembleOptions {
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch?: number
  /** The layer with no modification time after `epoch`. Base layers are never handed to it. */
  readonly clamp: (layer: LayerRef) => Promise<LayerRef>
}

export interface AssembledImage extends NewImage {
  readonly parsed: ImageConfig
  readonly planned: PlannedImage
}

/** The image that a solved plan gives: its configuration, and its layers lowest first. */
export async function assembleImage(
  planned: PlannedImage,
  results: SolveResult,
  options: AssembleOptions,
): Promise<AssembledImage> {
  const root = resultOf(results, planned.root)
  const all = root.tree.kind === 'layers' ? root.tree.layers : []
  const own = new Map(planned.history.flatMap((entry) => ownLayer(entry, results)))
  const layers = await Promise.all(
    all.map((layer) => (own.has(layer.id) && options.epoch !== undefined ? options.clamp(layer) : layer)),
  )
  const times = all.map((layer) => own.get(layer.id))
  const assembled = assembleConfig({
    config: planned.config,
    history: planned.history.map((entry) => historyEntry(entry, results)),
    layers: layers.map((layer, index) => describeLayer(layer, times[index])),
    baseHistory: planned.history.filter((entry) => isBase(entry)).map((entry) => historyEntry(entry, results)),
    ...(options.epoch === undefined ? {} : { epoch: options.epoch }),
  })
  return {
    config: assembled.bytes,
    parsed: assembled.config,
    platform: planned.platform,
    layers,
    origins: planned.history.map(originOf),
    planned,
  }
}

/** What the store keeps of an image, from what was assembled. */
export function toNewImage({ config, platform, layers, origins }: AssembledImage): NewImage {
  return { config, platform, layers, origins } satisfies Omit<ImageRecord, 'id' | 'stored'> & { config: Uint8Array }
}

function resultOf(results: SolveResult, digest: Digest): VertexResult {
  const result = results.get(digest)
  if (result === undefined) throw new SlipwayError('internal', `the build has no result for ${digest}`)
  return result
}

/** Layer id to the time at which the layer was made. */
function ownLayer(entry: PlannedHistory, results: SolveResult): readonly [string, number | undefined][] {
  if (entry.vertex === undefined) return []
  const { layer, created } = resultOf(results, entry.vertex)
  return layer === undefined ? [] : [[layer.id, created]]
}

function historyEntry(entry: PlannedHistory, results: SolveResult): HistoryEntry {
  const made = entry.vertex === undefined ? undefined : resultOf(results, entry.vertex).created
  const created = made === undefined ? entry.created : new Date(made).toISOString()
  return {
    ...(created === undefined ? {} : { created }),
    ...(entry.createdBy === '' ? {} : { created_by: entry.createdBy }),
    ...(entry.author === undefined ? {} : { author: entry.author }),
    ...(entry.comment === undefined ? {} : { comment: entry.comment }),
    ...(entry.emptyLayer ? { empty_layer: true } : {}),
  }
}

function isBase(entry: PlannedHistory): boolean {
  return entry.vertex === undefined && entry.origin === undefined
}

function describeLayer(layer: LayerRef, created: number | undefined): AssembledLayer {
  return { diffId: layer.diffId, ...(created === undefined ? {} : { created: new Date(created).toISOString() }) }
}

function originOf(entry: PlannedHistory): HistoryOrigin | null {
  if (entry.origin === undefined) return null
  const line = Number(formatLocation(entry.origin).split(':').at(-2))
  return { source: entry.origin.source.path, line, ...(entry.stage === undefined ? {} : { stage: entry.stage }) }
}
