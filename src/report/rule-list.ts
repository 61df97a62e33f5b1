import type { RuleEntry } from './check-result.ts'
import { type Column, renderTable } from './table.ts'

/** What is known of a rule beside its page, in one line. */
export function ruleFacts({ severity, level, profiles, optIn, peers }: RuleEntry): string {
  const others = [
    ...named('hadolint', peers.hadolint),
    ...named('dockle', peers.dockle),
    ...named('trivy', peers.trivy),
    ...named('BuildKit', peers.buildkit),
  ]
  return [
    severity,
    `level ${level}`,
    ...(profiles.length === 0 ? [] : [`profiles ${profiles.join(', ')}`]),
    ...(optIn ? ['off until it is asked for'] : []),
    ...(others.length === 0 ? [] : [`like ${others.join(', ')}`]),
  ].join(' · ')
}

function named(who: string, ids: readonly string[] = []): string[] {
  return ids.length === 0 ? [] : [`${who} ${ids.join(' ')}`]
}

/** All rules for a terminal. Lines without a final line feed. */
export function ruleListLines(rules: readonly RuleEntry[], width: number): string[] {
  const fixed = Math.max(...rules.map(({ id }) => id.length)) + 8 + 7 + 9
  const about: Column = { title: 'ABOUT', max: Math.max(30, width - fixed) }
  return renderTable(
    [{ title: 'RULE' }, { title: 'SEVERITY' }, { title: 'LEVEL' }, about],
    rules.map(({ id, severity, level, summary }) => [id, severity, level, summary]),
  )
}

/** All rules as a table in Markdown, each with its page beside the table where it has one there. */
export function ruleTable(rules: readonly RuleEntry[]): string[] {
  return [
    '| rule | severity | level | profiles | hadolint | dockle | trivy | BuildKit |',
    '|---|---|---|---|---|---|---|---|',
    ...rules.map(({ id, origin, severity, level, profiles, optIn, peers }) => {
      const name = origin === 'parser' ? `\`${id}\`` : `[${id}](${id}.md)`
      const others = [peers.hadolint, peers.dockle, peers.trivy, origin === 'buildkit' ? [id] : peers.buildkit]
      const cells = [
        name,
        optIn ? `${severity}, off` : severity,
        level,
        profiles.join(', '),
        ...others.map((ids) => (ids ?? []).join(', ')),
      ]
      return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |')
    }),
  ]
}
