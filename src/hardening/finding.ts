/** A line that can be named. */
export interface Place {
  /** `Dockerfile` */
  readonly source: string
  readonly line: number
  readonly stage?: string
}

/** One thing that stands in the way of running an image with few rights. */
export interface HardeningFinding {
  readonly about: 'user' | 'start' | 'write' | 'read' | 'capability' | 'port' | 'health' | 'stop'
  /** Whether the image cannot be run so for that reason; else it runs all the same. */
  readonly grave: boolean
  readonly text: string
  /** What to change, one sentence each. */
  readonly advice: readonly string[]
  readonly at?: Place
  /** What the finding is about, where it is about files: absolute, sorted. */
  readonly paths?: readonly string[]
}
