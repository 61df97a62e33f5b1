import type { Digest } from '../core/index.ts'

/** One step of a build as it was looked up in the cache: what the next build is compared with. JSON. */
export interface TracedStep {
  readonly stage: string
  /** `linux/amd64` */
  readonly platform: string
  /** The instruction as the log shows it, without its number. */
  readonly text: string
  /** One-based line of the Dockerfile. */
  readonly line?: number
  readonly key: Digest
  /** What the key was made of; see `KeyParts`. */
  readonly parts: Readonly<Record<string, string>>
  /** The content digest of the layer that it left; absent when it failed. */
  readonly content?: Digest
  /** The image that its stage begins with, as `name@digest`. */
  readonly base?: string
  readonly outcome: 'cached' | 'built' | 'failed'
  /** Milliseconds of its last run with this key, where one was seen: a step that the cache had keeps what it took then. */
  readonly took?: number
  /** Why it had to run, when it did and there was a build to compare with. */
  readonly miss?: Miss
}

/** All steps of one build that were looked up, in the order of the plan. */
export interface BuildTrace {
  /** Milliseconds since the epoch. */
  readonly started: number
  /** What was built, for people. */
  readonly title: string
  readonly steps: readonly TracedStep[]
}

/** Why a step had to run. The reasons stand in the order of their weight; there is at least one. */
export interface Miss {
  readonly reasons: readonly MissReason[]
  /** The change of the Dockerfile or ignore file that would avoid it. */
  readonly advice?: string
}

export type MissReason =
  /** The cache was not to be used. */
  | { readonly kind: 'asked' }
  /** Nothing in the build before stands for this step. */
  | { readonly kind: 'new-step' }
  /** Nothing differs: it failed the last time. */
  | { readonly kind: 'failed' }
  /** Nothing differs: what the cache had has been removed. */
  | { readonly kind: 'gone' }
  /** Another command, variable, user, directory, option or platform. */
  | { readonly kind: 'part'; readonly part: string; readonly before?: string; readonly after?: string }
  /** Other files where they are copied or mounted from. */
  | {
      readonly kind: 'files'
      /** `source 0`, `mount 1` */
      readonly part: string
      readonly changes: readonly FileChange[]
      /** Changes that are left out of `changes`. */
      readonly more: number
      /** Files that were compared; absent when the former list is not known any more. */
      readonly of?: number
    }
  /** The stage begins with another image. */
  | { readonly kind: 'base'; readonly before: string; readonly after: string }
  /** An earlier step of the stage left other files, is new, or was removed. */
  | {
      readonly kind: 'parent'
      readonly change: 'changed' | 'added' | 'removed' | 'unknown'
      readonly text?: string
      readonly line?: number
    }

/** A path that differs between two selections; `before` and `after` are shortened digests, modes or owners. */
export interface FileChange {
  readonly path: string
  readonly change: 'added' | 'removed' | 'content' | 'mode' | 'owner' | 'kind' | 'attributes'
  readonly before?: string
  readonly after?: string
}
