import {
  followRules,
  type ImageBlame,
  type LayerBlame,
  type MakingStep,
  type PathPair,
  type PathRule,
  rulesByPrefix,
  rulesOf,
} from '../../analysis/index.ts'
import { redactUrls } from '../../adapters/context/index.ts'
import { findNode, type LayerEntry, type MergedNode, mergeLayers } from '../../archive/index.ts'
import { type Digest, type Location, positionAt } from '../../core/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import type { BuildPlan, PlannedImage, Vertex } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import type { CopiedFrom, CopyInputNumber } from './copied-from.ts'

/** What a trace reads. */
export interface TracedBuild {
  readonly plan: BuildPlan
  readonly graphs: readonly StageGraph[]
  readonly results: SolveResult
  /** Undefined for a layer whose entries are not here. */
  readonly entriesOf: (layer: LayerRef) => readonly LayerEntry[] | undefined
  readonly copied: Pick<CopiedFrom, 'get'>
}

/** Which instruction made each file of an image, through all copies between stages. */
export function traceImage(build: TracedBuild, { root, stage }: Pick<PlannedImage, 'root' | 'stage'>): ImageBlame {
  const tracer = createTracer(build)
  const layers = layersOf(build.results, root)
  const makers = tracer.makersOf(root)
  const top = build.plan.vertices.get(root)
  const base = top === undefined ? {} : { step: tracer.baseStep(top, stage) }
  return {
    layers: layers.map((layer) => {
      const maker = makers.get(layer.id)
      return maker === undefined ? { ...base, copied: [] } : tracer.blameLayer(layer, maker)
    }),
    steps: tracer.steps,
  }
}

interface Tracer {
  readonly steps: readonly MakingStep[]
  makersOf(root: Digest): ReadonlyMap<string, Vertex>
  /** The number of the FROM that a vertex stands on; `stage` for one that has no steps of its own. */
  baseStep(vertex: Vertex, stage?: string): number
  blameLayer(layer: LayerRef, maker: Vertex): LayerBlame
}

/** The end of the way of one file. */
interface Found {
  readonly from: string
  readonly way: readonly number[]
}

function createTracer({ plan, graphs, results, entriesOf, copied }: TracedBuild): Tracer {
  const { steps, numberOf, baseStep } = numberSteps(plan, graphs)
  const rules = new Map<string, ReadonlyMap<string, PathRule<CopyInputNumber>>>()
  const ways = new Map<string, readonly number[]>()
  const makers = once((root: Digest) => makersIn(plan, results, root))
  const trees = once((root: Digest) => treeOf(layersOf(results, root), entriesOf))

  /** Equal ways are one object, because rules compare them so. */
  const interned = (way: readonly number[]): readonly number[] => {
    const key = way.join()
    const known = ways.get(key) ?? way
    ways.set(key, known)
    return known
  }
  const rulesOfLayer = (layer: string): ReadonlyMap<string, PathRule<CopyInputNumber>> => {
    const known = rules.get(layer) ?? rulesByPrefix(copied.get(layer) ?? [])
    rules.set(layer, known)
    return known
  }
  /** Beyond the copy that wrote a layer; undefined where nobody knows. */
  const beyond = (layer: string, { inputs, op }: Vertex, path: string): Found | undefined => {
    const found = op.kind === 'copy' ? followRules(rulesOfLayer(layer), path) : undefined
    const origin = found === undefined ? undefined : plan.vertices.get(inputs[found.way.input] as Digest)
    if (found === undefined || origin === undefined) return undefined
    if (results.get(origin.digest)?.tree.kind !== 'layers') return { from: found.from, way: [numberOf(origin)] }
    return inStage(origin, found.from)
  }
  const inStage = (origin: Vertex, path: string): Found => {
    const node = findNode(trees(origin.digest), path)
    const layer = layersOf(results, origin.digest)[node?.content.layer ?? -1]
    const maker = layer === undefined ? undefined : makers(origin.digest).get(layer.id)
    if (node === undefined || layer === undefined || maker === undefined) return { from: path, way: [baseStep(origin)] }
    const further = beyond(layer.id, maker, node.content.path)
    return { from: further?.from ?? path, way: [numberOf(maker), ...(further?.way ?? [])] }
  }
  return {
    steps,
    makersOf: makers,
    baseStep,
    blameLayer(layer, maker) {
      const pairs: PathPair<readonly number[]>[] = []
      if (maker.op.kind === 'copy') {
        for (const { path, kind } of entriesOf(layer) ?? []) {
          const found = kind === 'dir' || kind === 'whiteout' ? undefined : beyond(layer.id, maker, path)
          if (found !== undefined) pairs.push({ path, from: found.from, way: interned(found.way) })
        }
      }
      return { step: numberOf(maker), copied: rulesOf(pairs) }
    },
  }
}

type Numbering = Pick<Tracer, 'steps' | 'baseStep'> & { readonly numberOf: (vertex: Vertex) => number }

/** Gives each step of a plan a number when it is first asked for. */
function numberSteps(plan: BuildPlan, graphs: readonly StageGraph[]): Numbering {
  const steps: MakingStep[] = []
  const numbers = new Map<string, number>()
  const number = (key: string, make: () => MakingStep): number => {
    const known = numbers.get(key) ?? steps.push(make()) - 1
    numbers.set(key, known)
    return known
  }
  const numberOf = (vertex: Vertex): number => number(vertex.digest, () => describe(vertex))
  return {
    steps,
    numberOf,
    baseStep: (vertex, stage) => {
      let [base, label] = [vertex, stage]
      for (let next: Vertex | undefined = vertex; next !== undefined; next = below(plan, next)) {
        if (below(plan, next) !== undefined) label = next.stage
        base = next
      }
      // Bases of one name are one vertex, however many lines name it.
      const from = graphs.flatMap(({ stages }) => stages).find((one) => one.label === label)
      if (from === undefined) return numberOf(base)
      return number(`from ${from.label}`, () => ({
        kind: 'base',
        text: `FROM ${from.baseText}`,
        ...placeOf(from.at),
        stage: from.label,
      }))
    },
  }
}

function layersOf(results: SolveResult, root: Digest): readonly LayerRef[] {
  const tree = results.get(root)?.tree
  return tree?.kind === 'layers' ? tree.layers : []
}

/** Which vertex added each layer of a stage; layers of the base have none. */
function makersIn(plan: BuildPlan, results: SolveResult, root: Digest): ReadonlyMap<string, Vertex> {
  const makers = new Map<string, Vertex>()
  for (let vertex = plan.vertices.get(root); vertex !== undefined; vertex = below(plan, vertex)) {
    const layer = results.get(vertex.digest)?.layer
    if (layer !== undefined) makers.set(layer.id, vertex)
  }
  return makers
}

/** What a step changes; sources change nothing. */
function below(plan: BuildPlan, { op, inputs: [root] }: Vertex): Vertex | undefined {
  const changes = op.kind === 'exec' || op.kind === 'copy' || op.kind === 'mkdir'
  return changes && root !== undefined ? plan.vertices.get(root) : undefined
}

function treeOf(layers: readonly LayerRef[], entriesOf: TracedBuild['entriesOf']): MergedNode {
  return mergeLayers(layers.map((layer) => entriesOf(layer) ?? []))
}

function describe(vertex: Vertex): MakingStep {
  const [at] = vertex.origin
  const { stage } = vertex
  return {
    ...kindAndText(vertex),
    ...(at === undefined ? {} : placeOf(at)),
    ...(stage === undefined ? {} : { stage }),
  }
}

function placeOf({ source, span }: Location): Pick<MakingStep, 'source' | 'line'> {
  return { source: source.path, line: positionAt(source, span.start).line }
}

function kindAndText({ op, name }: Vertex): Pick<MakingStep, 'kind' | 'text'> {
  // `[build 2/5] RUN npm ci`
  const text = name.replace(/^\[[^\]]*\] /, '')
  switch (op.kind) {
    case 'exec':
      return { kind: 'run', text }
    case 'copy':
      return { kind: 'copy', text }
    case 'mkdir':
      return { kind: 'workdir', text }
    case 'context':
      return { kind: 'context', text: op.name }
    case 'http':
      return { kind: 'download', text: redactUrls(op.url) }
    case 'git':
      return { kind: 'repository', text: redactUrls(op.remote) }
    case 'image':
      return { kind: 'base', text: `FROM ${op.reference.replace(/@.*$/, '')}` }
    case 'scratch':
      return { kind: 'base', text: 'FROM scratch' }
  }
}

function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined || made.has(key)) return known as Value
    const value = make(key)
    made.set(key, value)
    return value
  }
}
