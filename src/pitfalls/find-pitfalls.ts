import type { Finding } from '../core/index.ts'
import { allPitfalls } from './all-pitfalls.ts'
import type { Facts } from './facts.ts'
import type { Level, Pitfall, PitfallHit } from './pitfall.ts'

/** What a rule has found, with the level of evidence it rests on. */
export interface PitfallFinding extends Finding {
  readonly level: Level
  /** What the pitfall keeps in the image, where a built image can price it. */
  readonly costs?: PitfallHit['costs']
}

/** The levels, cheapest first. */
export const levels: readonly Level[] = ['static', 'context', 'build', 'image', 'run']

/** What the rules up to a level find, in the order of the file; a rule that is not wanted is not asked. */
export function findPitfalls(
  facts: Facts,
  { level, enabled }: { readonly level: Level; readonly enabled: (rule: Pitfall) => boolean },
): readonly PitfallFinding[] {
  const reached = new Set(levels.slice(0, levels.indexOf(level) + 1))
  return allPitfalls
    .filter((rule) => reached.has(rule.level) && enabled(rule))
    .flatMap((rule) => rule.find(facts).map((hit) => toFinding(rule, hit)))
    .sort((a, b) => a.at.source.path.localeCompare(b.at.source.path) || a.at.span.start - b.at.span.start)
}

function toFinding(rule: Pitfall, hit: PitfallHit): PitfallFinding {
  return {
    code: rule.id,
    severity: rule.severity,
    message: hit.message,
    at: hit.at,
    whole: hit.at,
    related: hit.related ?? [],
    ...(hit.hint === undefined ? {} : { hint: hit.hint }),
    rule: { description: rule.summary },
    evidence: hit.evidence ?? {},
    fixes: hit.fixes ?? [],
    level: rule.level,
    ...(hit.costs === undefined ? {} : { costs: hit.costs }),
  }
}
