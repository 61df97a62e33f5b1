import type { Span } from '../core/index.ts'

/** Something wrong with an instruction. */
export interface Fault {
  readonly span: Span
  readonly message: string
  readonly hint?: string
  /** The words cannot be told apart, so that it is noticed even in a trigger. */
  readonly garbled?: boolean
  /** Builders notice it only when the instruction runs. */
  readonly late?: boolean
}
