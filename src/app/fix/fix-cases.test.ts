import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'
import type { Severity } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { type Draft, type FixOutcome, fixRounds } from '../../fixing/index.ts'
import { checkDockerfile } from '../check/check-dockerfile.ts'
import { ruleCatalogue } from '../check/rule-catalogue.ts'

interface Case {
  readonly title: string
  readonly dockerfile: string
  readonly files?: Readonly<Record<string, string | number>>
  readonly finds?: readonly unknown[]
}

const directory = path.join(import.meta.dirname, '../../pitfalls/cases')
const tables: (readonly [string, readonly Case[]])[] = []
for (const name of readdirSync(directory)) {
  if (name === 'pitfall-case.ts') continue
  const { cases } = (await import(`../../pitfalls/cases/${name}`)) as { cases: readonly Case[] }
  tables.push([name.replace(/\.ts$/, ''), cases])
}

/** All of them take a minute: some of which there is something to find, and one of the others. */
function sample(cases: readonly Case[]): readonly Case[] {
  const found = cases.filter(({ finds = [] }) => finds.length > 0)
  const step = Math.max(1, Math.ceil(found.length / 4))
  const others = cases.filter(({ finds = [] }) => finds.length === 0)
  return [...found.filter((_, index) => index % step === 0), ...others.slice(-1)]
}

const catalogue = ruleCatalogue()
const choice = {
  level: 'context' as const,
  only: new Set<string>(),
  skipped: new Set<string>(),
  severities: new Map<string, Severity>(),
}

function checking({ files = {} }: Case) {
  return async ({ text, files: written }: Draft) =>
    checkDockerfile(
      {
        source: { path: 'Dockerfile', text },
        stablePath: 'Dockerfile',
        project: projectOf({ ...files, ...Object.fromEntries(written), Dockerfile: text }),
        buildArgs: {},
        targets: [],
      },
      catalogue,
      choice,
    ).findings
}

function fixed(one: Case, from: Draft): Promise<FixOutcome> {
  return fixRounds(from, { check: checking(one), wants: () => true })
}

function warnings(findings: FixOutcome['left']): number {
  return findings.filter(({ severity }) => severity !== 'info').length
}

function errorsIn(text: string): number {
  return parseDockerfile({ path: 'Dockerfile', text }).diagnostics.filter(({ severity }) => severity === 'error').length
}

describe('all fixes of a file', () => {
  it.each(tables)('end, can be read, and are all there is to do: %s', async (_, cases) => {
    for (const one of sample(cases)) {
      if (errorsIn(one.dockerfile) > 0) continue
      const before = { text: one.dockerfile, files: new Map() }
      const { after, applied, left } = await fixed(one, before)
      const where = `${one.title}\n${after.text}`
      expect(errorsIn(after.text), where).toBe(0)
      expect(Math.max(0, ...applied.map(({ round }) => round)), where).toBeLessThan(10)
      for (const { fix } of applied) expect(fix.title, where).toMatch(/^[a-z]/)
      expect(warnings(left), where).toBeLessThanOrEqual(warnings(await checking(one)(before)))
      const again = await fixed(one, after)
      expect(again.after.text, where).toBe(after.text)
      expect(again.left.length, where).toBe(left.length)
    }
  })
})
