import type { Diagnostic, Digest, ErrorCode, Location } from '../core/index.ts'
import type { Environment } from '../dockerfile/index.ts'
import type { Stage, StageGraph, Step } from '../graph/index.ts'
import type { Healthcheck, ImageConfig, Platform, RuntimeConfig } from '../oci/index.ts'
import type { ExecOp, NetworkMode, PlannedHistory } from './op.ts'
import type { VertexSet } from './vertex-set.ts'

/** What the command line says about steps and the finished image. */
export interface PlanOptions {
  /** `--label`: added to the target, stronger than the file's. */
  readonly labels?: Readonly<Record<string, string>>
  /** `--no-cache` */
  readonly noCache?: boolean
  /** `--no-cache-filter`: names of stages, compared without case, and lines of instructions. */
  readonly noCacheFilter?: readonly string[]
  /** `--network`: what RUN has unless it says otherwise. */
  readonly network?: NetworkMode
  /** `--shm-size` in bytes. */
  readonly shmSize?: number
  readonly ulimits?: NonNullable<ExecOp['ulimits']>
  /** `--add-host`, as `host:ip`. */
  readonly extraHosts?: readonly string[]
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** An image configuration that instructions are being applied to. */
export interface DraftImage
  extends Mutable<Omit<ImageConfig, 'rootfs' | 'history' | 'created' | 'config' | 'os' | 'architecture'>> {
  os: string
  architecture: string
  config: Omit<Mutable<RuntimeConfig>, 'Healthcheck'> & { Healthcheck?: Healthcheck }
}

/** What a stage is after some of its instructions. A child stage starts from a copy of its parent's. */
export interface StageState {
  root: Digest
  readonly platform: Platform
  /** ENV and ARG values as RUN sees them, in the order of their last assignment. */
  env: Map<string, string>
  image: DraftImage
  history: PlannedHistory[]
  /** ARGs in scope, for the history of RUN; a name can be there more than once. */
  args: { readonly name: string; readonly value?: string }[]
  /** CMD was set by this stage itself. */
  ownCmd: boolean
}

/** One plan in the making, for all platforms. */
export interface Planning {
  readonly options: PlanOptions
  readonly vertices: VertexSet
  readonly diagnostics: Diagnostic[]
  readonly multiPlatform: boolean
}

/** The part of it that belongs to one graph, that is one platform. */
export interface GraphPlanning extends Planning {
  readonly graph: StageGraph
  readonly finished: Map<number, StageState>
}

/** An instruction about to be applied. */
export interface StepContext {
  readonly planning: GraphPlanning
  readonly stage: Stage
  readonly state: StageState
  readonly step: Step
  /** `n` of `[stage n/m]`, counted by the steps that show it. */
  readonly counter: StepCounter
  readonly ignoreCache: boolean
}

export interface StepCounter {
  current: number
  readonly total: number
}

/** The variables an instruction sees: their values before it. */
export function environmentOf(state: StageState): Environment {
  return (name) => state.env.get(name)
}

/** Sets a variable; it moves to the end, as the order of RUN's environment is that of the last assignments. */
export function setVariable(state: StageState, name: string, value: string): void {
  state.env.delete(name)
  state.env.set(name, value)
}

/** A copy that further instructions may change. */
export function copyState(state: StageState): StageState {
  return {
    ...state,
    env: new Map(state.env),
    image: { ...state.image, config: { ...state.image.config } },
    history: [...state.history],
    args: [...state.args],
    ownCmd: false,
  }
}

/** Adds a history entry; with a vertex it describes that vertex' layer. */
export function addHistory(context: StepContext, createdBy: string, vertex?: Digest): void {
  const { epoch } = context.planning.graph
  context.state.history.push({
    createdBy,
    comment: 'buildkit.dockerfile.v0',
    ...(epoch === undefined ? {} : { created: new Date(epoch * 1000).toISOString() }),
    emptyLayer: vertex === undefined,
    ...(vertex === undefined ? {} : { vertex }),
    origin: context.step.at,
    stage: context.stage.label,
  })
}

/** Notes an error of the instruction. */
export function reportError(
  context: StepContext,
  code: ErrorCode,
  parts: { readonly message: string; readonly at?: Location; readonly hint?: string | undefined },
): void {
  const { step, planning } = context
  const { message, at = step.at, hint } = parts
  const related = step.related
  planning.diagnostics.push({ code, severity: 'error', message, at, related, ...(hint === undefined ? {} : { hint }) })
}
