import type { Finding, Location, Severity } from '../core/index.ts'
import type { Level, Pitfall, PitfallHit, Profile } from '../pitfalls/index.ts'

/** A finding of `slipway check`: of a rule about pitfalls, of BuildKit's checks, or of the parser. */
export interface CheckedFinding extends Finding {
  readonly level: Level
  /** The same for the same mistake in the same instruction, wherever its line is. Hexadecimal. */
  readonly fingerprint: string
  /** What it keeps in the image. */
  readonly costs?: PitfallHit['costs']
}

/** A path that could not be looked at. */
export interface CheckProblem {
  readonly path: string
  /** The code of the error. */
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly at?: Location
  /** For mistakes of the program: what was thrown. */
  readonly cause?: unknown
}

/** A file that was looked at. */
export interface CheckedFile {
  /** As reached from the working directory; `-` is standard input. */
  readonly path: string
  /** Ranked: errors first, then by what they cost, then by their place. */
  readonly findings: readonly CheckedFinding[]
}

/** What `slipway check` has to say. */
export interface CheckResult {
  readonly files: readonly CheckedFile[]
  readonly problems: readonly CheckProblem[]
  /** Findings that nobody wants to see: in comments, in the settings, in the baseline. */
  readonly hidden: { readonly comments: number; readonly settings: number; readonly baseline: number }
  /** Some finding, or a problem, is as grave as what the caller calls a failure. */
  readonly failed: boolean
  /** What could not be known, and what more the next level would tell. */
  readonly notes: readonly string[]
  /** Every rule there is, for formats that describe them. */
  readonly rules: readonly RuleEntry[]
}

/** A rule, whoever made it. */
export interface RuleEntry {
  readonly id: string
  readonly origin: 'slipway' | 'buildkit' | 'parser'
  readonly summary: string
  readonly severity: Severity
  readonly level: Level
  readonly profiles: readonly Profile[]
  readonly optIn: boolean
  readonly peers: Pitfall['peers']
  /** A page on it. */
  readonly url?: string
}

/** What makers of machine-readable reports need to know of the program. */
export interface CheckProgram {
  readonly version: string
}

/** The findings of all files, file by file. */
export function allFindings({ files }: CheckResult): readonly CheckedFinding[] {
  return files.flatMap(({ findings }) => findings)
}

/** The page of each rule that has one. */
export function ruleUrls({ rules }: CheckResult): ReadonlyMap<string, string | undefined> {
  return new Map(rules.map(({ id, url }) => [id, url]))
}
