import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followRules, type PathPair, rulesByPrefix, rulesOf } from './path-rules.ts'

const way = (name: string): { readonly name: string } => ({ name })
const run = way('run')
const copy = way('copy')

function pairs(...rows: readonly (readonly [string, string, { readonly name: string }?])[]): PathPair<object>[] {
  return rows.map(([path, from, one = run]) => ({ path, from, way: one }))
}

describe('rulesOf', () => {
  it.each([
    ['nothing for nothing', [], []],
    [
      'one rule for a directory that was copied whole',
      pairs(['app/a', 'src/a'], ['app/d/b', 'src/d/b']),
      ['app < src'],
    ],
    ['one rule for a root that was copied whole', pairs(['a', 'a'], ['d/b', 'd/b']), [' < ']],
    ['one rule for a file that has got another name', pairs(['usr/bin/app', 'out/main']), ['usr/bin/app < out/main']],
    [
      'a rule each where directories were merged',
      pairs(['app/a', 'one/a'], ['app/b', 'two/b']),
      ['app/a < one/a', 'app/b < two/b'],
    ],
    [
      'a rule each for what came by different ways',
      pairs(['app/a', 'src/a'], ['app/b', 'src/b', copy], ['app/d/c', 'src/d/c', copy]),
      ['app/a < src/a', 'app/b < src/b', 'app/d < src/d'],
    ],
  ])('gives %s', (_, given, rules) => {
    expect(rulesOf(given).map(({ to, from }) => `${to} < ${from}`)).toEqual(rules)
  })

  it('says of every path what the pairs say', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
    const pair = fc.record({ path, from: path, way: fc.constantFrom(run, copy) })
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: (one) => one.path, maxLength: 30 }), (all) => {
        const rules = rulesByPrefix(rulesOf(all))
        for (const { path: at, from, way: by } of all) expect(followRules(rules, at)).toEqual({ from, way: by })
      }),
    )
  })

  it('says nothing of a path that no rule covers', () => {
    expect(followRules(rulesByPrefix(rulesOf(pairs(['app/a', 'src/a']))), 'etc/passwd')).toBeUndefined()
  })
})
