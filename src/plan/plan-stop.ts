import { type Diagnostic, type Digest, SlipwayError } from '../core/index.ts'
import type { StageGraph } from '../graph/index.ts'
import type { Platform } from '../oci/index.ts'
import type { BuildPlan, ExecOp } from './op.ts'
import { planStage } from './plan-build.ts'
import { bareStep } from './run-step.ts'
import type { GraphPlanning, PlanOptions } from './stage-state.ts'
import { reachableVertices } from './vertex-set.ts'

/** A place between two instructions of a stage. */
export interface StopPoint {
  /** Index of a stage that the target of the graph needs. */
  readonly stage: number
  /** How many steps of the stage lie before it. */
  readonly steps: number
  /** Take flags and mounts of the RUN that comes next, or of the one that came last. */
  readonly like?: 'next' | 'last'
}

/** A step that could be run at a stop. */
export interface PlannedStop {
  /** The vertices that `inputs` need, and those that are checked for secrets and entitlements; no images. */
  readonly plan: BuildPlan
  /** What RUN would be there. Without a RUN to be like, it has no command and no mounts. */
  readonly op: ExecOp
  /** Input 0 is the root file system; mounts refer to the others. */
  readonly inputs: readonly Digest[]
  readonly platform: Platform
  /** With errors among them the plan must not be run. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Plans what has to be built before a command can run at a place between instructions, exactly as RUN would there. */
export function planStop(graph: StageGraph, options: PlanOptions, stop: StopPoint): PlannedStop {
  const planning: GraphPlanning = {
    options,
    vertices: new Map(),
    diagnostics: [],
    multiPlatform: false,
    graph,
    finished: new Map(),
  }
  const stage = graph.stages[stop.stage]
  if (stage === undefined) throw new SlipwayError('internal', `the graph has no stage ${stop.stage}`)
  for (const other of graph.stages.slice(0, stop.stage))
    if (graph.reachable.has(other.index)) planning.finished.set(other.index, planStage(planning, other))
  const steps = stage.steps.slice(0, stop.steps + (stop.like === 'next' ? 1 : 0))
  const state = planStage(planning, stage, steps)
  const last = planning.vertices.get(state.root)
  const like = stop.like === undefined || last?.op.kind !== 'exec' ? undefined : { op: last.op, inputs: last.inputs }
  const [before, ...mounted] = like?.inputs ?? []
  const root = stop.like === 'next' && before !== undefined ? before : state.root
  const { epoch } = graph
  return {
    plan: {
      vertices: reachableVertices(planning.vertices, [state.root, root, ...mounted]),
      images: [],
      ...(epoch === undefined ? {} : { epoch }),
    },
    op: like?.op ?? bareStep({ state, planning }),
    inputs: [root, ...mounted],
    platform: state.platform,
    diagnostics: planning.diagnostics,
  }
}
