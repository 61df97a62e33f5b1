import { type Digest, digestOf } from '../../core/index.ts'
import { type Dockerfile, parseDockerfile } from '../../dockerfile/index.ts'
import { type GraphOptions, type ImageAnswer, resolveGraph, type StageGraph } from '../../graph/index.ts'
import type { HistoryEntry, Platform, RuntimeConfig } from '../../oci/index.ts'
import type { ExecOp, CopyOp, PlannedImage, Vertex } from '../op.ts'
import { planBuild, type PlannedBuild } from '../plan-build.ts'
import type { PlanOptions } from '../stage-state.ts'

/** Everything a test may want to say beside the text. */
export interface Setting extends PlanOptions {
  readonly graph?: Partial<GraphOptions>
  /** Configurations of images by the name that the text uses; others are an image with a PATH and nothing more. */
  readonly images?: Readonly<Record<string, FakeImage>>
  readonly platforms?: readonly Platform[]
}

export interface FakeImage {
  readonly config?: RuntimeConfig
  readonly history?: readonly HistoryEntry[]
  readonly author?: string
  readonly architecture?: string
  readonly layers?: number
}

const amd64: Platform = { os: 'linux', architecture: 'amd64' }

/** Parses, resolves with made-up answers until nothing is asked, and plans. */
export function planText(text: string, setting: Setting = {}): PlannedBuild {
  const graphs = (setting.platforms ?? [amd64]).map((platform) => graphOf(text, setting, platform))
  const problems = graphs.flatMap((graph) =>
    graph.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
  )
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return planBuild(graphs, setting)
}

/** The only image of a plan that must be free of errors. */
export function imageOf(text: string, setting: Setting = {}): PlannedImage {
  const { plan, diagnostics } = planText(text, setting)
  if (diagnostics.length > 0) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join('\n'))
  return plan.images[0] as PlannedImage
}

/** What `createdBy` says, entry by entry. */
export function historyOf(text: string, setting: Setting = {}): readonly string[] {
  return imageOf(text, setting).history.map((entry) => entry.createdBy)
}

/** The vertices by their names, inputs first. */
export function verticesOf(text: string, setting: Setting = {}): readonly Vertex[] {
  return [...planText(text, setting).plan.vertices.values()]
}

/** The RUN steps in order. */
export function runsOf(text: string, setting: Setting = {}): readonly ExecOp[] {
  return verticesOf(text, setting).flatMap(({ op }) => (op.kind === 'exec' ? [op] : []))
}

/** The COPY and ADD steps in order. */
export function copiesOf(text: string, setting: Setting = {}): readonly CopyOp[] {
  return verticesOf(text, setting).flatMap(({ op }) => (op.kind === 'copy' ? [op] : []))
}

/** Errors of the plan. */
export function problemsOf(text: string, setting: Setting = {}): readonly string[] {
  return planText(text, setting).diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

/** The names of vertices that people see. */
export function namesOf(text: string, setting: Setting = {}): readonly string[] {
  return verticesOf(text, setting).map((vertex) => vertex.name.replace(/@sha256:[0-9a-f]+/, ''))
}

/** The finished graph of a text without errors. */
export function graphOf(text: string, setting: Setting = {}, platform = amd64): StageGraph {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const problems = file.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  if (problems.length > 0) throw new Error(problems.map((diagnostic) => diagnostic.message).join('\n'))
  return answered(file, { buildArgs: {}, platform, buildPlatform: amd64, ...setting.graph }, setting)
}

function answered(file: Dockerfile, options: GraphOptions, setting: Setting): StageGraph {
  const answers = new Map<string, ImageAnswer>()
  for (;;) {
    const graph = resolveGraph(file, options, answers)
    if (graph.questions.length === 0) return graph
    for (const { key, written, platform } of graph.questions) {
      answers.set(key, answer(written, platform, setting.images?.[written] ?? {}))
    }
  }
}

function answer(name: string, platform: Platform, image: FakeImage): ImageAnswer {
  const layers = Array.from({ length: image.layers ?? 1 }, (_, index) => ({ diffId: digestOf(`${name} ${index}`) }))
  const { history = [{ created_by: `base ${name}` }], author, architecture = platform.architecture } = image
  return {
    manifest: digestOf(`${name} ${architecture}`) as Digest,
    layers,
    config: {
      os: platform.os,
      architecture,
      ...(author === undefined ? {} : { author }),
      config: image.config ?? { Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
      history,
    },
  }
}
