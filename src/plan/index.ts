/** URLs of git repositories as ADD and build contexts read them. */
/** The plan: what vertices do and what images they make. */
export type {
  BaseLayer,
  BuildPlan,
  CopyOp,
  CopySource,
  ExecOp,
  MountSpec,
  NetworkMode,
  Op,
  PlannedHistory,
  PlannedImage,
  Vertex,
} from './op.ts'
/** Graphs to a plan. */
export { idleFilters } from './no-cache-filter.ts'
export { type PlannedBuild, planBuild } from './plan-build.ts'
/** What a command needs that is to run between two instructions. */
export { type PlannedStop, planStop, type StopPoint } from './plan-stop.ts'
/** What a plan needs from outside. */
export {
  proxyEnvironment,
  type RequiredEntitlement,
  type RequiredSecret,
  requiredEntitlements,
  requiredSecrets,
} from './plan-queries.ts'
/** The plan in Graphviz' language and as plain data. */
export { planToDot, planToJson } from './print-plan.ts'
/** Options of a plan. */
export type { PlanOptions } from './stage-state.ts'
