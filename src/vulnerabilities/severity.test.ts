import { describe, expect, it } from 'vitest'
import { rate, scoreOf } from './severity.ts'

describe('scoreOf', () => {
  // Published scores: NVD's of the CVEs behind them, and FIRST's examples for version 4.
  it.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
    ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N', 5.9],
    ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
    ['AV:N/AC:L/Au:N/C:P/I:N/A:N', 5],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3],
    ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3],
    ['CVSS:3.1/AV:N/AC:L', undefined],
    ['CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', undefined],
    ['CVSS:9.0/AV:N', undefined],
    ['high', undefined],
    ['', undefined],
  ])('%s comes to %s', (vector, score) => {
    expect(scoreOf(vector)).toBe(score)
  })

  it('does not read what is longer than any vector', () => {
    expect(scoreOf(`CVSS:3.1/${'AV:N/'.repeat(100)}AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H`)).toBeUndefined()
  })
})

describe('rate', () => {
  const v3 = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }
  const v4 = { type: 'CVSS_V4', score: 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' }
  it.each([
    ['takes a vector', [v3], [], { level: 'critical', score: 9.8 }],
    ['takes the newest version', [v3, v4], [], { level: 'high', score: 7.3 }],
    ['takes a vector before words', [v3], ['LOW'], { level: 'critical', score: 9.8 }],
    [
      'has no critical of version 2',
      [{ type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' }],
      [],
      { level: 'high', score: 10 },
    ],
    [
      'takes a word where the vector is wrong',
      [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }],
      ['MODERATE'],
      { level: 'medium' },
    ],
    ["takes Ubuntu's priority", [{ type: 'Ubuntu', score: 'negligible' }], [], { level: 'low' }],
    ['takes the first word that means something', [], [undefined, 'not yet assigned', 'unimportant'], { level: 'low' }],
    ['knows when nobody has said', [], ['end-of-life'], { level: 'unknown' }],
  ] as const)('%s', (_, entries, words, rating) => {
    expect(rate(entries, ...words)).toEqual(rating)
  })
})
