import type { Location } from '../../core/index.ts'
import type { EmbeddedText } from './embedded-text.ts'

/** What a compose or bake file builds. */
export interface NamedBuild {
  /** The service or target. */
  readonly name: string
  readonly at: Location
  /** From the directory of the file on, unless it is absolute. */
  readonly context: string
  readonly dockerfile?: string
  /** The Dockerfile itself, when it stands in the file. */
  readonly inline?: { readonly text: string; readonly embedded: EmbeddedText }
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  /** Others are made of it, and nobody says that it is built itself: that it has no Dockerfile is no mistake. */
  readonly isBase?: boolean
}

/** What is built, and what is left out, with the reason. */
export interface NamedBuilds {
  readonly builds: readonly NamedBuild[]
  readonly notes: readonly string[]
}

/** Whether a context is not on this machine, or no directory. */
export function isElsewhere(context: string): boolean {
  return /^(?:https?|git|ssh|target|docker-image|oci-layout):|^git@/.test(context)
}
