import { describe, expect, it } from 'vitest'
import { advisoryOf } from './advisory.ts'
import { decodeOsvRecord } from './osv-record.ts'

const many = (count: number, make: (at: number) => unknown): readonly unknown[] =>
  Array.from({ length: count }, (_, at) => make(at))
const about = (more: object): object => ({
  id: 'X-1',
  affected: [{ package: { ecosystem: 'npm', name: 'a' }, ...more }],
})

describe('decodeOsvRecord', () => {
  it.each([
    ['nothing', null, 'it is no object'],
    ['a list', [], 'it is no object'],
    ['no id', {}, 'it has no id'],
    ['an id that is none', { id: '../../x' }, 'it has no id'],
    ['versions without end', about({ versions: many(100_001, String) }), 'it lists more than 100000 versions'],
    [
      'events without end',
      about({ ranges: [{ type: 'SEMVER', events: many(5_001, () => ({ introduced: '0' })) }] }),
      'it has a range of more than 5000 events',
    ],
    [
      'too much to compare',
      about({
        versions: many(50_000, String),
        ranges: [{ type: 'SEMVER', events: many(4_000, () => ({ introduced: '0' })) }],
      }),
      'it has too many versions and ranges to compare',
    ],
  ])('refuses %s', (_, value, reason) => {
    expect(decodeOsvRecord(value)).toEqual({ reason })
  })

  it.each([
    [
      'members of other kinds',
      {
        id: 'X-1',
        aliases: 'CVE-2026-0001',
        severity: {},
        affected: [null, { package: 'a' }, { package: { ecosystem: 1 } }],
      },
    ],
    [
      'names of other programs',
      { id: 'X-1', affected: [{ package: { ecosystem: '__proto__', name: 'constructor' }, versions: ['1'] }] },
    ],
    [
      'an ecosystem that nobody can order',
      { id: 'X-1', affected: [{ package: { ecosystem: 'OSS-Fuzz', name: 'a' }, versions: ['1'] }] },
    ],
  ])('keeps no package of %s', (_, value) => {
    const record = decodeOsvRecord(value)
    expect('reason' in record ? record : advisoryOf(record).affected).toEqual([])
  })

  it('shortens texts to one line', () => {
    const record = decodeOsvRecord({ id: 'X-1', summary: `a\n${'b '.repeat(10_000)}` })
    expect('reason' in record ? '' : record.summary).toMatch(/^a (b )+b?…$/)
  })
})
