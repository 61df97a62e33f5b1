import type { Diagnostic } from './diagnostic.ts'
import type { Digest } from './digest.ts'

export type Outcome = 'cached' | 'built' | 'failed' | 'cancelled'

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
