import type { Follow, StartInstruction } from './closure.ts'
import type { Findings } from './findings.ts'
import type { Identity } from './identity.ts'
import type { Root } from './root.ts'

/** A walk from what an image starts to what that needs. */
export interface Walk {
  readonly root: Root
  readonly findings: Findings
  readonly followers: readonly Follow[]
  /** Programs that were followed already. */
  readonly seen: Set<string>
  /** Follows one more program to all it needs. */
  start(start: Start): void
}

/** Who starts something. */
export interface Starter {
  /** The instruction, for what the configuration starts. */
  readonly instruction?: StartInstruction
  /** The script, for what it starts. */
  readonly file?: string
  /** What a failure means: `error` where nothing runs then. */
  readonly severity: 'error' | 'warning'
}

/** A program that is to be started. */
export interface Start {
  readonly argv: readonly string[]
  /** Without leading slash. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Absent where a wrapper changes the user. */
  readonly identity?: Identity
  readonly by: Starter
  /** Programs that start this one; deeper ones are not followed. */
  readonly depth: number
}
