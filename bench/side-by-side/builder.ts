import type { Sample } from './stopwatch.ts'

/** What becomes of a build. */
export type Output =
  /** It stays where the builder keeps images, in the cheapest form. */
  | { readonly kind: 'kept' }
  | { readonly kind: 'oci'; readonly file: string }
  | { readonly kind: 'push'; readonly name: string }

export interface Build {
  /** A directory with a Dockerfile. */
  readonly context: string
  readonly output: Output
  readonly isMemoryWatched?: boolean
}

/** A builder under the clock. */
export interface Builder {
  readonly name: string
  readonly version: string
  /** Makes it ready with empty storage below `directory`. */
  start(directory: string): Promise<RunningBuilder>
}

export interface RunningBuilder {
  build(build: Build): Promise<Sample>
  stop(): Promise<void>
}
