import type { StageGraph } from '../../graph/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import type { SolveResult } from '../../solver/index.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import type { BuildRequest } from '../build/build-request.ts'
import type { StartedBuild } from '../build/start-build.ts'

/** A build that has ended, for what is to be said about it. */
export interface EndedBuild {
  readonly request: BuildRequest
  readonly version: string
  /** What the images are called. */
  readonly names: readonly string[]
  readonly cwd: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly started: StartedBuild
  readonly graphs: readonly StageGraph[]
  readonly plan: BuildPlan
  readonly results: SolveResult
  readonly images: readonly AssembledImage[]
  readonly signal: AbortSignal
}
