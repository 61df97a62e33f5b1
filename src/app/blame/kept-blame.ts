import { readFileSync } from 'node:fs'
import path from 'node:path'
import { decodeBlame, encodeBlame, type ImageBlame } from '../../analysis/index.ts'
import { canonicalJson, type Digest, digestOf, hexOf, type Json } from '../../core/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import type { BuildPlan, PlannedImage } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import { replaceFile } from '../replace-file.ts'
import type { Session } from '../session.ts'
import { traceImage } from './trace-image.ts'

/** A plan with all its results. */
export interface SolvedBuild {
  readonly plan: BuildPlan
  readonly graphs: readonly StageGraph[]
  readonly results: SolveResult
}

/** Says once for each image (in the order of the plan) which instruction made each of its files, as long as all stages are here to be asked. */
export function keepBlame(session: Session, build: SolvedBuild, ids: readonly Digest[]): void {
  for (const [position, id] of ids.entries()) {
    const planned = build.plan.images[position]
    if (planned === undefined) continue
    // Lines move while layers stay: the record says which build it is about.
    const name = buildOf(build.plan)
    if (readKept(session.root, id)?.build === name) continue
    try {
      const blame = encodeBlame(blameFor(session, build, planned))
      replaceFile(fileOf(session.root, id), JSON.stringify({ build: name, blame }))
    } catch {
      // An image that nobody can be blamed for is an image all the same.
    }
  }
}

/** Which instruction made each file of an image that was just built. */
export function blameFor(session: Session, build: SolvedBuild, planned: PlannedImage): ImageBlame {
  const entriesOf = (layer: LayerRef): ReturnType<Session['layers']['readIndex']> | undefined =>
    session.layers.has(layer.id) ? session.layers.readIndex(layer.id) : undefined
  return traceImage({ ...build, entriesOf, copied: session.copied }, planned)
}

/** What was kept of an image that was built here; undefined for any other. */
export function keptBlame(root: string, id: Digest): ImageBlame | undefined {
  return decodeBlame(readKept(root, id)?.blame)
}

function buildOf({ vertices }: BuildPlan): Digest {
  const steps = [...vertices.values()].map(({ digest, origin }): Json => [digest, origin[0]?.span.start ?? null])
  return digestOf(canonicalJson(steps))
}

function readKept(root: string, id: Digest): { readonly build?: unknown; readonly blame?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(root, id), 'utf8')) as { build?: unknown; blame?: unknown }
  } catch {
    return undefined
  }
}

function fileOf(root: string, id: Digest): string {
  return path.join(root, 'cache/blame', hexOf(id))
}
