import { type Diagnostic, SlipwayError } from '../core/index.ts'
import type { Stage, StageGraph } from '../graph/index.ts'
import { normalizePlatform, type Platform } from '../oci/index.ts'
import { applyStep } from './apply-step.ts'
import { baseState, type StageCounter } from './base-state.ts'
import type { BuildPlan, PlannedImage } from './op.ts'
import { ignoresCache } from './no-cache-filter.ts'
import type { GraphPlanning, Planning, PlanOptions, StageState } from './stage-state.ts'
import { reachableVertices } from './vertex-set.ts'

/** A plan and what is to be said about it. */
export interface PlannedBuild {
  readonly plan: BuildPlan
  /** With errors among them the plan must not be run. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What has to be done to build the targets of one or, for several platforms, more graphs: vertices that are named by
 * digests of what they do, each once, and the configuration of every image. Graphs must have no open questions and no
 * errors. Pure; the semantics are those of BuildKit's Dockerfile frontend, config and history text included.
 */
export function planBuild(graphs: StageGraph | readonly StageGraph[], options: PlanOptions = {}): PlannedBuild {
  const all = isList(graphs) ? graphs : [graphs]
  const planning: Planning = { options, vertices: new Map(), diagnostics: [], multiPlatform: all.length > 1 }
  const images = all.map((graph) => planGraph({ ...planning, graph, finished: new Map() }))
  const [epoch] = all.map((graph) => graph.epoch)
  const plan: BuildPlan = {
    vertices: reachableVertices(
      planning.vertices,
      images.map((image) => image.root),
    ),
    images,
    ...(epoch === undefined ? {} : { epoch }),
  }
  return { plan, diagnostics: planning.diagnostics }
}

function isList(graphs: StageGraph | readonly StageGraph[]): graphs is readonly StageGraph[] {
  return Array.isArray(graphs)
}

function planGraph(planning: GraphPlanning): PlannedImage {
  const { graph } = planning
  for (const stage of graph.stages) {
    if (graph.reachable.has(stage.index)) planning.finished.set(stage.index, planStage(planning, stage))
  }
  const target = graph.stages[graph.target]
  const state = planning.finished.get(graph.target)
  if (target === undefined || state === undefined) throw new SlipwayError('internal', 'the graph has no target to plan')
  return finishImage(planning, target, state)
}

/** The stage after all its steps, or after the first of them. */
export function planStage(planning: GraphPlanning, stage: Stage, steps = stage.steps): StageState {
  const counter: StageCounter = { current: 0, total: countSteps(planning.graph, stage) }
  const state = baseState(planning, stage, counter)
  for (const step of steps) {
    const ignoreCache = ignoresCache(planning.options, stage, step)
    applyStep({ planning, stage, state, step, counter, ignoreCache })
  }
  return state
}

/** The `m` of `[stage n/m]`: the base image, every step that makes a layer, and every trigger whatever it does. */
function countSteps(graph: StageGraph, stage: Stage): number {
  const hasImage = stage.base.kind === 'image' || stage.base.kind === 'context'
  const steps = stage.steps.filter(({ trigger, instruction }) => trigger || makesLayer(instruction.kind))
  return steps.length + (hasImage && graph.reachable.has(stage.index) ? 1 : 0)
}

function makesLayer(kind: string): boolean {
  return kind === 'RUN' || kind === 'COPY' || kind === 'ADD' || kind === 'WORKDIR'
}

/** `--label` and `--platform` are applied to the target only. */
function finishImage({ options, graph }: GraphPlanning, target: Stage, state: StageState): PlannedImage {
  const { os, architecture, variant, config, author, 'os.version': version } = state.image
  const labels = { ...config.Labels, ...options.labels }
  const own: Platform = { os, architecture, ...(variant === undefined ? {} : { variant }), ...osVersion(version) }
  const platform = normalizePlatform(graph.options.implicitPlatform === true ? own : asked(own, graph.options.platform))
  return {
    platform,
    root: state.root,
    config: {
      ...(author === undefined ? {} : { author }),
      architecture: platform.architecture,
      os: platform.os,
      ...(platform.variant === undefined ? {} : { variant: platform.variant }),
      ...osVersion(platform['os.version']),
      config: { ...config, ...(Object.keys(labels).length === 0 ? {} : { Labels: labels }) },
    },
    history: state.history,
    stage: target.label,
  }
}

/** The platform that was asked for; details it leaves open stay those of the base if that is of the same kind. */
function asked(own: Platform, wanted: Platform): Platform {
  const same = own.os === wanted.os && own.architecture === wanted.architecture
  const variant = wanted.variant ?? (same ? own.variant : undefined)
  const version = wanted['os.version'] ?? (same ? own['os.version'] : undefined)
  const { os, architecture } = wanted
  return { os, architecture, ...(variant === undefined ? {} : { variant }), ...osVersion(version) }
}

function osVersion(version: string | undefined): Pick<Platform, 'os.version'> {
  return version === undefined ? {} : { 'os.version': version }
}
