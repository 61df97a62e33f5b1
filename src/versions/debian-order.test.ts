import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDebianVersions, versionSatisfies } from './debian-order.ts'

describe('compareDebianVersions', () => {
  it.each([
    ['1.0', '1.0', 0],
    ['1.0', '1.00', 0],
    ['0:1.0', '1.0', 0],
    ['1.0', '1.0-0', 0],
    ['1.0~rc1', '1.0', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0-1', '1.0-1+deb12u1', -1],
    ['1.9', '1.10', -1],
    ['2.0', '1:0.1', -1],
    ['1.0a', '1.0+', -1],
    ['20250419000000000000', '20250419000000000001', -1],
  ])('orders %s and %s', (a, b, expected) => {
    expect(Math.sign(compareDebianVersions(a, b))).toBe(expected)
    expect(Math.sign(compareDebianVersions(b, a))).toBe(expected === 0 ? 0 : -expected)
  })

  it('agrees with dpkg on random versions', ({ skip }) => {
    if (spawnSync('dpkg', ['--version']).status !== 0) skip('dpkg is not installed')
    const part = fc.string({ unit: fc.constantFrom(...'0129aAz.+~'), minLength: 0, maxLength: 6 })
    const version = fc
      .tuple(fc.constantFrom('', '', '0:', '1:'), fc.nat(12), part, fc.option(part, { nil: undefined }))
      .map(
        ([epoch, first, rest, revision]) => `${epoch}${first}${rest}${revision === undefined ? '' : `-${revision}1`}`,
      )
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 150, seed: 20 })
    // One shell for all pairs: starting dpkg 150 times from here would take longer than the comparison is worth.
    const script =
      'while read -r a b; do for r in lt eq gt; do dpkg --compare-versions "$a" $r "$b" 2>/dev/null && echo $r; done; done'
    const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('')
    const answers = spawnSync('sh', ['-c', script], { input, encoding: 'utf8' }).stdout.trim().split('\n')
    expect(answers).toHaveLength(pairs.length)
    const ours = pairs.map(([a, b]) => ['lt', 'eq', 'gt'][Math.sign(compareDebianVersions(a, b)) + 1])
    expect(ours).toEqual(answers)
  })
})

describe('versionSatisfies', () => {
  it('applies each relation', () => {
    const holds = (['<<', '<=', '=', '>=', '>>'] as const).map((relation) =>
      ['1.9', '2.0', '2.1'].map((version) => versionSatisfies(version, relation, '2.0')),
    )
    expect(holds).toEqual([
      [true, false, false],
      [true, true, false],
      [false, true, false],
      [false, true, true],
      [false, false, true],
    ])
  })
})
