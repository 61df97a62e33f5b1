import type { Case } from './case-folder.ts'
import { type Row, rows } from './rows.ts'

/** The page for people who want to know what holds, and which builds show it. */
export function behaviourPage(cases: readonly Case[]): string {
  const sections = [...new Set(rows.map((row) => row.section))]
  return `# What a Dockerfile means

Slipway follows BuildKit. Each line below is a behaviour of BuildKit that builds of \`test/conformance/cases\` show; their
expectations were recorded from BuildKit ([how](../../test/conformance/README.md)). Where Slipway differs on purpose, the reason
is in [ADR 18](../adr/0018-differences-from-buildkit.md).

This page is made from \`test/conformance/rows.ts\` by \`UPDATE=1 npx vitest run --project unit test/conformance/rows.test.ts\`.
${sections.map((section) => sectionText(section, cases)).join('')}`
}

function sectionText(section: string, cases: readonly Case[]): string {
  const lines = rows.filter((row) => row.section === section).map((row) => rowLine(row, cases))
  return `\n## ${section}\n\n| | behaviour | shown by |\n|---|---|---|\n${lines.join('\n')}\n`
}

/** As many as one reads; the others carry the id of the row in their case.json. */
const shown = 6

function rowLine({ id, behaviour, test }: Row, cases: readonly Case[]): string {
  const names = cases.filter(({ spec }) => spec.rows.includes(id)).map(({ name }) => name)
  const more = names.length > shown ? [`${names.length - shown} more`] : []
  const places = [...(test === undefined ? [] : [test]), ...names.slice(0, shown)].map((name) => `\`${name}\``)
  return `| ${id} | ${behaviour.replaceAll('|', '\\|')} | ${[...places, ...more].join(', ')} |`
}
