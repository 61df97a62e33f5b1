import { describe, expect, it } from 'vitest'
import { type Digest, parseDigest } from '../core/index.ts'
import { parseReference } from '../oci/index.ts'
import { type Assessment, assessUse, type RegistryFacts } from './assess-use.ts'

const [pinned, other] = ['a', 'b'].map((digit) => parseDigest(`sha256:${digit.repeat(64)}`) as Digest) as [
  Digest,
  Digest,
]

function assess(name: string, facts: RegistryFacts = {}, today = '2026-11-21'): Assessment {
  const reference = parseReference(name)
  if ('error' in reference) throw new Error(reference.error)
  const at = { source: { path: 'Dockerfile', text: name }, span: { start: 0, end: name.length } }
  const use = { via: 'from', at, written: name, text: name, pieces: [], reference } as const
  return assessUse(use, facts, Date.parse(`${today}T12:00:00Z`))
}

describe('an assessment', () => {
  it('wants the newest tag of the same major version and knows the newest of all', () => {
    const { wanted, latest, severity, outdated } = assess('team/app:1.1', { tags: ['1.2', '1.3', '2.0'] })
    expect([wanted?.tag, latest?.tag, severity, outdated]).toEqual(['1.3', '2.0', 'major', true])
  })

  it('is outdated by a digest only where the file pins one', () => {
    expect(assess(`team/app:1@${pinned}`, { digest: other })).toMatchObject({
      moved: other,
      severity: 'digest',
      outdated: true,
    })
    expect(assess(`team/app:1@${pinned}`, { digest: pinned })).toMatchObject({ outdated: false })
    expect(assess('team/app:1', { digest: other })).toMatchObject({ outdated: false })
  })

  it('has nothing to follow for a digest without a tag', () => {
    const { tag, outdated, notes } = assess(`team/app@${pinned}`, { tags: ['1'], digest: other })
    expect([tag, outdated, notes]).toEqual([undefined, false, ['pinned without a tag, so there is nothing to follow']])
  })

  it('keeps who is on a release with long-term support on such releases, and says what it leaves out', () => {
    const tags = ['22-slim', '24-slim', '25-slim', '26-slim']
    expect(assess('node:22-slim', { tags }, '2026-11-21')).toMatchObject({ latest: { tag: '26-slim' } })
    const before = assess('node:22-slim', { tags }, '2026-10-01')
    expect(before).toMatchObject({ latest: { tag: '24-slim' }, shortTerm: '26-slim' })
    expect(before.notes).toContain('26-slim is newer, without long-term support')
    expect(assess('node:25-slim', { tags }, '2026-10-01')).toMatchObject({ latest: { tag: '26-slim' } })
    expect(assess('ubuntu:22.04', { tags: ['24.04', '24.10', '25.10'] })).toMatchObject({ latest: { tag: '24.04' } })
  })

  it('takes a release that the catalogue does not know for one with long-term support', () => {
    expect(assess('node:24', { tags: ['27', '99'] }).latest?.tag).toBe('99')
  })

  it('tells an end of support that is near by the days that are left', () => {
    expect(assess('node:24', {}, '2028-01-31').notes).toEqual(['Node.js 24: support ends in 90 days'])
    expect(assess('node:24', {}, '2028-04-29').notes).toEqual(['Node.js 24: support ends in 1 day'])
    expect(assess('node:24', {}, '2028-01-30').notes).toEqual([])
    expect(assess('debian:12', {}, '2028-06-01').notes).toEqual(['Debian 12: long-term support ends in 29 days'])
  })

  it('counts an end of support and an image that was given up as outdated', () => {
    const ubuntu = assess('ubuntu:20.04')
    expect([ubuntu.outdated, ubuntu.notes]).toEqual([
      true,
      ['Ubuntu 20.04: end of life since 2025-05-31 (for customers 2030-04-02)'],
    ])
    expect(assess('openjdk:21')).toMatchObject({ outdated: true, replaced: { name: 'openjdk' } })
    expect(assess('debian:12')).toMatchObject({ outdated: false })
  })

  it('says that a tag without a version has nothing newer', () => {
    expect(assess('team/app').notes).toEqual(['latest names no version, so no tag is newer'])
  })
})
