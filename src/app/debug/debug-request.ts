import type { SlipwayError } from '../../core/index.ts'
import type { DebugSituation } from '../../report/index.ts'
import type { BuildRequest, BuildWorld } from '../build/build-request.ts'
import type { ContainerOutside } from '../engine/attached.ts'
import type { DebugPlace } from './debug-place.ts'

/** What `slipway debug` was asked for. */
export interface DebugRequest {
  readonly build: BuildRequest
  /** Absent: where the build fails, or the end of its target. */
  readonly place?: DebugPlace
  /** Empty for a shell. */
  readonly command: readonly string[]
  readonly user?: string
  /** Relative to the working directory of the step. */
  readonly workdir?: string
  /** `NAME=value` */
  readonly env: readonly string[]
  /** A static busybox, a directory of static programs, or an image that has one. */
  readonly toolbox?: string
  /** Give the command a terminal of its own. */
  readonly terminal: boolean
}

/** The parts of the process that a shell uses beyond those of a build. */
export interface DebugWorld extends BuildWorld, ContainerOutside {
  readonly signal: AbortSignal
  /** Gives the terminal back before the shell takes it. */
  readonly endProgress: () => void
  /** Shows the failure that the shell is opened after. */
  readonly report: (failure: SlipwayError) => void
  /** Tells people where they are. */
  readonly greet: (situation: DebugSituation) => void
  readonly notice: (sentence: string) => void
}
