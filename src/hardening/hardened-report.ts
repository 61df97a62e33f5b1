import type { Identity } from './denied-writes.ts'
import type { HardenedVerdict } from './judge.ts'
import type { Observation } from './observation.ts'

/** What came of running an image with few rights. */
export interface HardenedReport extends HardenedVerdict {
  readonly image: string
  /** It starts, serves and stops. */
  readonly passed: boolean
  readonly user: { readonly declared: string; readonly ran: Identity }
  /** The longest time that it was given to get ready, in seconds. */
  readonly watched: number
  readonly hardened: Observation
  /** The run with a writable root and docker's capabilities, where the first one left questions. */
  readonly open?: Observation
}
