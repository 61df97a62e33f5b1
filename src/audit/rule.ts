import type { Diagnostic, Fix, Location } from '../core/index.ts'
import type { Instruction } from '../dockerfile/index.ts'
import type { Facts } from './facts.ts'

/** Something a rule has found. */
export interface Hit {
  /** The word that is wrong, or the whole instruction. */
  readonly at: Location
  readonly message: string
  /** The whole instruction: what BuildKit gives as the place. */
  readonly whole: Location
  /** The instruction whose `# check=` comment counts. Without it only the file can switch the rule off. */
  readonly commented?: Instruction
  readonly related?: Diagnostic['related']
  readonly hint?: string
  /** What the verdict rests on, for programs. */
  readonly evidence?: Readonly<Record<string, string | number>>
  readonly fixes?: readonly Fix[]
}

/** A check. It reads finished facts and never text; one file for each in `rules`, one page for each in docs/rules. */
export interface Rule {
  /** What `# check=skip=` calls it. */
  readonly name: string
  /** One sentence: what should be so. */
  readonly description: string
  /** A page about it; the rules of BuildKit keep BuildKit's address. */
  readonly url?: string
  /** Off until `# check=experimental=` names it. */
  readonly experimental?: boolean
  readonly find: (facts: Facts) => readonly Hit[]
}

/** The address of BuildKit's page about one of its rules. */
export function buildkitPage(slug: string): string {
  return `https://docs.docker.com/go/dockerfile/rule/${slug}/`
}
