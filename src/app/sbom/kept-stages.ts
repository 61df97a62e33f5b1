import { readFileSync } from 'node:fs'
import path from 'node:path'
import { decodeLayerRef } from '../../adapters/blob-store/index.ts'
import { type Digest, hexOf, positionAt } from '../../core/index.ts'
import type { BuildPlan, Vertex } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import { replaceFile } from '../replace-file.ts'

/** A stage that an image was copied from, with the layers it ended with. */
export interface KeptStage {
  readonly stage: string
  /** Lowest first. */
  readonly layers: readonly StageLayer[]
}

/** A layer of a stage; its line is known where it is not one of the base. */
export interface StageLayer {
  readonly ref: LayerRef
  readonly instruction: string
  readonly source?: string
  readonly line?: number
}

export interface SolvedStages {
  readonly plan: BuildPlan
  readonly results: SolveResult
}

/** Notes for each image (in the order of the plan) which layers the stages had that it was copied from. */
export function keepStages(root: string, build: SolvedStages, ids: readonly Digest[]): void {
  for (const [position, id] of ids.entries()) {
    const planned = build.plan.images[position]
    if (planned === undefined) continue
    try {
      replaceFile(fileOf(root, id), JSON.stringify({ version: 1, stages: stagesBelow(build, planned.root) }))
    } catch {
      // The list of packages of its stages is then not to be had; the image is none the worse for it.
    }
  }
}

/** The stages of an image that was built here, in the order of their first use; undefined for any other. */
export function keptStages(root: string, id: Digest): readonly KeptStage[] | undefined {
  try {
    return decodeStages(JSON.parse(readFileSync(fileOf(root, id), 'utf8')))
  } catch {
    return undefined
  }
}

/** Why nothing of a stage can be told whose layers are not in the store any more. */
export function goneStage({ stage }: KeptStage): string {
  return `layers of stage ${stage} are gone from the store: build again to have them`
}

/** Stages that the root stands on by copies and mounts, but not as its base; bases of them are part of them. */
export function stagesBelow({ plan, results }: SolvedStages, root: Digest): readonly KeptStage[] {
  const makers = makersOf({ plan, results })
  const seen = new Set<Digest>()
  const stages = new Map<string, KeptStage>()
  const visit = (digest: Digest, isBase: boolean): void => {
    const vertex = plan.vertices.get(digest)
    if (vertex === undefined || seen.has(digest)) return
    seen.add(digest)
    const tree = results.get(digest)?.tree
    if (!isBase && tree?.kind === 'layers' && tree.layers.length > 0) {
      const name = vertex.stage ?? nameOf(vertex)
      // What is visited first is what was copied from: the end of the stage, or the step furthest along it.
      if ((stages.get(name)?.layers.length ?? 0) < tree.layers.length)
        stages.set(name, { stage: name, layers: tree.layers.map((ref) => describe(ref, makers.get(ref.id))) })
    }
    const standsOnFirst = ['exec', 'copy', 'mkdir'].includes(vertex.op.kind)
    for (const [index, input] of vertex.inputs.entries()) visit(input, standsOnFirst && index === 0)
  }
  visit(root, true)
  return [...stages.values()]
}

function makersOf({ plan, results }: SolvedStages): ReadonlyMap<string, Vertex> {
  const makers = new Map<string, Vertex>()
  for (const vertex of plan.vertices.values()) {
    const layer = results.get(vertex.digest)?.layer
    if (layer !== undefined) makers.set(layer.id, vertex)
  }
  return makers
}

function nameOf({ op, name }: Vertex): string {
  return op.kind === 'image' ? op.reference : name
}

function describe(ref: LayerRef, maker: Vertex | undefined): StageLayer {
  const [place] = maker?.origin ?? []
  return {
    ref,
    instruction: maker?.name.replace(/^\[[^\]]*\] /, '') ?? '',
    ...(place === undefined
      ? {}
      : { source: place.source.path, line: positionAt(place.source, place.span.start).line }),
  }
}

/** Only this program writes these files; a layer that cannot be read makes all of it unknown. */
function decodeStages(value: unknown): readonly KeptStage[] | undefined {
  const { version, stages } = value as { readonly version?: unknown; readonly stages?: readonly KeptStage[] }
  if (version !== 1 || !Array.isArray(stages)) return undefined
  return (stages as readonly KeptStage[]).map(({ stage, layers }) => ({
    stage,
    layers: layers.map((layer) => {
      const ref = decodeLayerRef(layer.ref)
      if (ref === undefined) throw new SyntaxError('no layer')
      return { ...layer, ref }
    }),
  }))
}

function fileOf(root: string, id: Digest): string {
  return path.join(root, 'cache/stages', hexOf(id))
}
