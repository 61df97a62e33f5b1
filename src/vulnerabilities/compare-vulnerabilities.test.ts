import { describe, expect, it } from 'vitest'
import { compareVulnerabilities, type ScannedImage } from './compare-vulnerabilities.ts'
import { type Component, componentOfUrl } from './component.ts'
import { findVulnerabilities } from './find-vulnerabilities.ts'
import { recordsOf } from './testing/records-of.ts'

const record = (id: string, name: string, fixed?: string): object => ({
  id,
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'Debian:12', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
    },
  ],
})
const records = [
  record('CVE-2026-0001', 'gcc-12'),
  record('CVE-2026-0002', 'gcc-12'),
  record('CVE-2026-0003', 'perl'),
  record('CVE-2026-0004', 'curl', '2'),
  record('CVE-2026-0005', 'zlib'),
  record('CVE-2026-0006', 'wget'),
]

/** Packages as `name version line`. */
function image(...packages: readonly string[]): ScannedImage {
  const components = packages.map((text): Component => {
    const [name = '', version = '', line = ''] = text.split(' ')
    const component = componentOfUrl(`pkg:deb/debian/${name}@${version}?distro=debian-12`, { origin: { line } })
    if (component === undefined) throw new Error(text)
    return component
  })
  return { components, vulnerabilities: findVulnerabilities(components, recordsOf(records)).vulnerabilities }
}

describe('compareVulnerabilities', () => {
  it('groups what came and went by the line that brought it, and says why', () => {
    const before = image('gcc-12 1 Dockerfile:2', 'perl 1 Dockerfile:2', 'curl 1 Dockerfile:3', 'zlib 1 Dockerfile:1')
    const after = image('curl 2 Dockerfile:3', 'zlib 1 Dockerfile:1', 'wget 1 Dockerfile:4')
    const { gone, added, kept, counts } = compareVulnerabilities(before, after)
    const shown = (groups: typeof gone): readonly unknown[] =>
      groups.map(({ cause, packages, origin, vulnerabilities }) => [
        cause,
        packages.join(', '),
        origin?.line,
        vulnerabilities.length,
      ])
    expect(shown(gone)).toEqual([
      ['package', 'gcc-12, perl', 'Dockerfile:2', 3],
      ['version', 'curl', 'Dockerfile:3', 1],
    ])
    expect(shown(added)).toEqual([['package', 'wget', 'Dockerfile:4', 1]])
    expect(shown(kept)).toEqual([[undefined, 'zlib', 'Dockerfile:1', 1]])
    expect(counts).toEqual({ critical: [5, 2], high: [0, 0], medium: [0, 0], low: [0, 0], unknown: [0, 0] })
  })

  it('blames the records for what they say of the same version only once', () => {
    const now = image('curl 1 Dockerfile:3')
    const { gone, added } = compareVulnerabilities({ ...now, vulnerabilities: [] }, now)
    expect([gone, added.map(({ cause }) => cause)]).toEqual([[], ['records']])
  })

  it('finds nothing between an image and itself', () => {
    const one = image('gcc-12 1 Dockerfile:2')
    expect(compareVulnerabilities(one, one)).toMatchObject({ gone: [], added: [], kept: [{ packages: ['gcc-12'] }] })
  })
})
