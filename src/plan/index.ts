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
