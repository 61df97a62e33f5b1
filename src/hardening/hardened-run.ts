import type { RuntimeConfig } from '../oci/index.ts'
import type { WritableImage } from './denied-writes.ts'
import type { Place } from './finding.ts'
import type { Observation, Port } from './observation.ts'

/** What is known about an image that was run with few rights. */
export interface HardenedRun {
  readonly config: RuntimeConfig
  readonly image: WritableImage
  readonly exposed: readonly Port[]
  /** The line of the last instruction of that keyword. */
  readonly lineOf: (keyword: string) => Place | undefined
  readonly hardened: Observation
  /** The same with a root file system that can be written and docker's capabilities. */
  readonly open?: Observation
}
