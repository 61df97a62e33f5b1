import type { Fix, Location, RelatedNote, Severity } from '../core/index.ts'
import type { Facts } from './facts.ts'

/** The least evidence that a verdict needs: the file; its context; a build of it; the image; a run of the image. */
export type Level = 'static' | 'context' | 'build' | 'image' | 'run'

/** Lists of the five articles: what a profile switches on. */
export type Profile = 'decision' | 'security' | 'size' | 'speed' | 'production'

/** Something a rule has found. */
export interface PitfallHit {
  /** The word, command or instruction that is to blame; in the Dockerfile, or in another file of the project. */
  readonly at: Location
  /** One sentence that names the things it is about: packages, paths, stages, lines. */
  readonly message: string
  /** What to do instead, concretely. */
  readonly hint?: string
  readonly related?: readonly RelatedNote[]
  /** What the verdict rests on, for programs. */
  readonly evidence?: Readonly<Record<string, string | number>>
  /** What it keeps in the image, where a built image can price it. */
  readonly costs?: {
    /** The line whose layer has it; 0 for the layers of the base. */
    readonly line: number
    /** Absolute, wildcards allowed; none for all that the line has brought. */
    readonly paths: readonly string[]
    /** Not the files there, but the symbols of programs among them. */
    readonly only?: 'symbols'
    /** The later line that deletes it, which frees nothing. */
    readonly hiddenBy?: number
  }
  readonly fixes?: readonly Fix[]
}

/** A rule: one file in `rules`, one page in docs/rules, one table of cases. It reads finished facts and never text. */
export interface Pitfall {
  /** The name of its file and page. */
  readonly id: string
  /** One sentence: what should be so, and why. */
  readonly summary: string
  readonly severity: Severity
  readonly level: Level
  readonly profiles: readonly Profile[]
  /** Off until a profile or the settings switch it on. */
  readonly optIn?: boolean
  /** Ids of the rules of others that look for the same: `DL3009`, `DKL-DI-0005`, `DS-0017`, `SecretsUsedInArgOrEnv`. */
  readonly peers: {
    readonly hadolint?: readonly string[]
    readonly dockle?: readonly string[]
    readonly trivy?: readonly string[]
    readonly buildkit?: readonly string[]
  }
  readonly find: (facts: Facts) => readonly PitfallHit[]
}
