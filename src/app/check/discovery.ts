import type { SlipwayError } from '../../core/index.ts'
import type { CheckedDocument } from './check-document.ts'

/** A path that could not be used, with the reason. */
export interface UnusablePath {
  readonly path: string
  readonly error: SlipwayError
}

export interface Discovery {
  readonly files: readonly CheckedDocument[]
  readonly problems: readonly UnusablePath[]
  readonly notes: readonly string[]
}

/** Where paths are looked for, and how. */
export interface DiscoveryOptions {
  readonly cwd: string
  /** `-f`: the Dockerfile of the one directory that is named. */
  readonly file?: string
  readonly recursive: boolean
  readonly stdin: () => Promise<string>
  /** Variables of bake files have these values, where it has them. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970, for bake files that ask for the time. */
  readonly now?: () => number
}

/** What has been found so far. */
export interface DiscoveryDraft {
  readonly files: CheckedDocument[]
  readonly problems: UnusablePath[]
  readonly notes: string[]
  /** Directories whose bake files have been read. */
  readonly bakes: Set<string>
}
