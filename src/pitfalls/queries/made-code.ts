import type { StepModel } from '../facts.ts'
import type { BuildAction } from './build-results.ts'

/** The C libraries that a program can be linked with. */
export type Libc = 'glibc' | 'musl'

/** Machine code, as the stage that makes it leaves it. */
export interface MadeCode {
  readonly what:
    | 'go'
    | 'rust'
    | 'c'
    | 'c++'
    | 'jlink'
    | 'native-image'
    | 'dotnet'
    | 'elixir'
    | 'compiled-script'
    | 'node'
    | 'python'
    | 'ruby'
    | 'php'
    | 'system'
  /** Packages, or the program. */
  readonly names: readonly string[]
  /** It needs no library at run time. Undefined where nobody can say. */
  readonly isStatic?: boolean
  /** What it is linked with, when it is dynamic. */
  readonly libc?: Libc
  /** It is told for which platform to make it. */
  readonly isCross: boolean
  /** The step that makes it. */
  readonly madeBy?: StepModel
  /** The directory of the context that it is made of. */
  readonly contextDirectory?: string
}

/** How a program is linked. */
export type Linkage = Pick<MadeCode, 'isStatic' | 'libc'>

/** A step among others that is a build: what the readers of linkage are asked about. */
export interface LinkQuestion {
  readonly action: BuildAction
  readonly step: StepModel
  readonly contextDirectory?: string | undefined
}
