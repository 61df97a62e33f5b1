import type { Digest } from '../../core/index.ts'
import type { BuildPlan, Vertex } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'
import { layerContents } from '../verify/compare-layers.ts'

/** Two runs of one plan, and a file with which they ended differently; undefined where a run has no such file. */
export interface DifferingFile {
  readonly plan: BuildPlan
  readonly runs: readonly [SolveResult, SolveResult]
  /** The step whose layer has the file in the image. */
  readonly vertex: Digest
  readonly contents: readonly [Digest | undefined, Digest | undefined]
}

export interface Writer {
  readonly vertex: Vertex
  /** Where the step wrote the file, without leading slash. */
  readonly path: string
}

/**
 * The first step before `vertex` that left a file with one content in one run and the other in the other: a COPY from another
 * stage shows a difference that it has not made. Layers that came out the same are not read.
 */
export async function firstWriter(session: Session, file: DifferingFile): Promise<Writer | undefined> {
  const [was, is] = file.contents
  if (was === undefined && is === undefined) return undefined
  const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
  const before = stepsBefore(file.plan, file.vertex)
  // Inputs stand before their users.
  for (const vertex of file.plan.vertices.values()) {
    const layers = before.has(vertex.digest) ? differingLayers(file.runs, vertex.digest) : undefined
    if (layers === undefined) continue
    const [first, second] = [await layerContents(tars.layer(layers[0])), await layerContents(tars.layer(layers[1]))]
    const paths = [...first.keys(), ...second.keys()]
    const path = paths.find((one) => first.get(one)?.digest === was && second.get(one)?.digest === is)
    if (path !== undefined) return { vertex, path }
  }
  return undefined
}

function stepsBefore({ vertices }: BuildPlan, vertex: Digest): ReadonlySet<Digest> {
  const found = new Set<Digest>()
  const next = [vertex]
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    for (const input of vertices.get(one)?.inputs ?? []) {
      if (found.has(input)) continue
      found.add(input)
      next.push(input)
    }
  }
  return found
}

function differingLayers(
  [first, second]: DifferingFile['runs'],
  vertex: Digest,
): readonly [LayerRef, LayerRef] | undefined {
  const [was, is] = [first.get(vertex)?.layer, second.get(vertex)?.layer]
  return was === undefined || is === undefined || was.content === is.content ? undefined : [was, is]
}
