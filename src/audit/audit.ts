import type { Finding } from '../core/index.ts'
import type { CheckOptions } from '../dockerfile/index.ts'
import { allRules } from './all-rules.ts'
import { isOn } from './check-settings.ts'
import type { Facts } from './facts.ts'
import type { Hit, Rule } from './rule.ts'

/** What the rules say about a file, in order of place; rules that the file switches off say nothing. */
export function audit(facts: Facts, options: CheckOptions): readonly Finding[] {
  return allRules
    .flatMap((rule) =>
      rule
        .find(facts)
        .filter((hit) => isOn(rule, options, hit.commented))
        .map((hit) => toFinding(rule, hit)),
    )
    .sort((a, b) => a.whole.span.start - b.whole.span.start || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}

function toFinding(rule: Rule, hit: Hit): Finding {
  return {
    code: rule.name,
    severity: 'warning',
    message: hit.message,
    at: hit.at,
    whole: hit.whole,
    related: hit.related ?? [],
    ...(hit.hint === undefined ? {} : { hint: hit.hint }),
    rule: { description: rule.description, ...(rule.url === undefined ? {} : { url: rule.url }) },
    evidence: hit.evidence ?? {},
    fixes: hit.fixes ?? [],
  }
}
