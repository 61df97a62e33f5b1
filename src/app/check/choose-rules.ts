import type { Severity } from '../../core/index.ts'
import type { Level, Profile } from '../../pitfalls/index.ts'
import type { RuleEntry } from '../../report/index.ts'

/** Which rules are asked, and how grave what they find is. */
export interface RuleChoice {
  readonly level: Level
  readonly profile?: Profile
  /** Ids; empty for all that the rest leaves on. */
  readonly only: ReadonlySet<string>
  readonly skipped: ReadonlySet<string>
  /** Of the settings; they switch on what is off by itself. */
  readonly severities: ReadonlyMap<string, Severity>
}

/** Whether a rule is asked. What keeps a file from being built is always said, unless other rules are asked for by name. */
export function isChosen(entry: RuleEntry, { profile, only, skipped, severities }: RuleChoice): boolean {
  if (skipped.has(entry.id)) return false
  if (only.size > 0) return only.has(entry.id)
  if (entry.origin === 'parser' || severities.has(entry.id)) return true
  if (profile !== undefined) return entry.profiles.includes(profile)
  return !entry.optIn
}
