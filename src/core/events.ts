import type { Diagnostic } from './diagnostic.ts'
import type { Digest } from './digest.ts'

export type Outcome = 'cached' | 'built' | 'failed' | 'cancelled'

/** How many regular files, and how many bytes in them. */
export interface FileAmount {
  readonly files: number
  readonly bytes: number
}

/** What a step did with a cache mount. */
export interface CacheUse {
  readonly target: string
  readonly id: string
  readonly sharing: 'shared' | 'private' | 'locked'
  /** Absent when nobody has counted before. */
  readonly before?: FileAmount
  readonly after: FileAmount
  /** The part of `after` that was written or changed during the step. */
  readonly written: FileAmount
  /** False when there was no time to count everything: `after` and `written` are less than the truth then. */
  readonly complete: boolean
}

/**
 * What happens during a build, as records: JSON-stable, replayable, the only way library code speaks to people.
 * `time` is milliseconds since the epoch from the Clock port. A vertex is named by its definition digest.
 */
export type BuildEvent =
  | {
      readonly type: 'vertex.started'
      readonly time: number
      readonly vertex: Digest
      /** As BuildKit prints it: `[build 2/5] COPY . .`, `[internal] load build definition from Dockerfile`. */
      readonly name: string
      readonly inputs: readonly Digest[]
      readonly stage?: string
    }
  | {
      readonly type: 'vertex.progress'
      readonly time: number
      readonly vertex: Digest
      /** What moves: a layer digest, `context`, `extracting`. */
      readonly id: string
      readonly current: number
      readonly total?: number
      readonly unit: 'bytes' | 'files'
      readonly done?: boolean
    }
  | {
      readonly type: 'vertex.log'
      readonly time: number
      readonly vertex: Digest
      readonly stream: 'stdout' | 'stderr'
      readonly data: string
    }
  | {
      /** The cache did not have the step. */
      readonly type: 'vertex.missed'
      readonly time: number
      readonly vertex: Digest
      /** One line: what differs from the build before. */
      readonly why: string
    }
  | {
      /** A RUN that has cache mounts has run. */
      readonly type: 'vertex.caches'
      readonly time: number
      readonly vertex: Digest
      readonly caches: readonly CacheUse[]
      /** What tools left outside of the mounts that were meant for it; it is in the step's layer. */
      readonly elsewhere: readonly { readonly path: string; readonly bytes: number }[]
    }
  | {
      readonly type: 'vertex.finished'
      readonly time: number
      readonly vertex: Digest
      readonly outcome: Outcome
      readonly error?: string
    }
  | {
      readonly type: 'diagnostic'
      readonly time: number
      readonly diagnostic: Diagnostic
      /** The step that found it. */
      readonly vertex?: Digest
    }
  | { readonly type: 'note'; readonly time: number; readonly message: string }
  | { readonly type: 'image.exported'; readonly time: number; readonly name?: string; readonly digest: Digest }

export type Emit = (event: BuildEvent) => void
