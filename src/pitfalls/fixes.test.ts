import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../test/kit/pitfall-facts.ts'
import { applyEdits } from '../editing/index.ts'
import { allPitfalls } from './all-pitfalls.ts'
import type { PitfallCase } from './cases/pitfall-case.ts'
import type { Pitfall } from './pitfall.ts'

const fixable: (readonly [string, Pitfall, PitfallCase, number])[] = []
for (const rule of allPitfalls) {
  const { cases } = (await import(`./cases/${rule.id}.ts`)) as { cases: readonly PitfallCase[] }
  for (const one of cases.filter(({ image }) => image === undefined))
    for (const [index, { fixes = [] }] of rule.find(pitfallFacts(one.dockerfile, one.files)).entries())
      if (fixes.length > 0) fixable.push([`${rule.id}: ${one.title} (${index + 1})`, rule, one, index])
}

describe('fixes', () => {
  it('are offered by many rules', () => {
    expect(new Set(fixable.map(([, { id }]) => id)).size).toBeGreaterThan(40)
  })

  it.each(fixable)(
    'leave one finding less and a file that can be read: %s',
    (_, rule, { dockerfile, files }, index) => {
      const hits = rule.find(pitfallFacts(dockerfile, files))
      for (const { edits, files: written = [] } of hits[index]?.fixes ?? []) {
        const text = applyEdits(dockerfile, edits)
        const facts = pitfallFacts(text, {
          ...files,
          ...Object.fromEntries(written.map((one) => [one.path, one.text])),
        })
        expect(facts.file.diagnostics).toEqual([])
        expect(rule.find(facts).length, text).toBeLessThan(hits.length)
      }
    },
  )
})
