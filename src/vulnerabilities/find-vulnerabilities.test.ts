import { describe, expect, it } from 'vitest'
import { componentOfUrl } from './component.ts'
import { findVulnerabilities } from './find-vulnerabilities.ts'
import { recordsOf } from './testing/records-of.ts'

/** Ids that are found for a package URL, with the version that repairs them. */
function idsFor(purl: string, ...osv: readonly object[]): readonly string[] {
  const component = componentOfUrl(purl)
  if (component === undefined) throw new Error(`no package: ${purl}`)
  return findVulnerabilities([component], recordsOf(osv)).vulnerabilities.map(
    ({ id, fixed }) => `${id}${fixed === undefined ? '' : ` ${fixed}`}`,
  )
}

const record = (ecosystem: string, name: string, ranges: readonly object[], more: object = {}): object => ({
  id: 'CVE-2026-0001',
  affected: [{ package: { ecosystem, name }, ranges, ...more }],
})
const range = (...events: readonly object[]): object => ({ type: 'ECOSYSTEM', events })
const upTo = (fixed: string): object => range({ introduced: '0' }, { fixed })

describe('findVulnerabilities', () => {
  it.each([
    ['pkg:deb/debian/openssl@3.0.11-1~deb12u1?distro=debian-12', 'Debian:12', 'openssl', '3.0.11-1~deb12u2', true],
    ['pkg:deb/debian/openssl@3.0.11-1~deb12u2?distro=debian-12', 'Debian:12', 'openssl', '3.0.11-1~deb12u2', false],
    ['pkg:deb/debian/openssl@3.0.11-1~deb12u1?distro=debian-11', 'Debian:12', 'openssl', '3.0.11-1~deb12u2', false],
    ['pkg:deb/debian/libssl3@3.0.9-1?distro=debian-12&upstream=openssl', 'Debian:12', 'openssl', '3.0.11', true],
    [
      'pkg:deb/debian/libc6@2.36-9%2Bb1?distro=debian-12&upstream=glibc%402.36-9',
      'Debian:12',
      'glibc',
      '2.36-9+b1',
      true,
    ],
    [
      'pkg:deb/debian/libc6@2.36-9%2Bb1?distro=debian-12&upstream=glibc%402.36-10',
      'Debian:12',
      'glibc',
      '2.36-9+b2',
      false,
    ],
    [
      'pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.14?distro=ubuntu-22.04',
      'Ubuntu:22.04:LTS',
      'curl',
      '7.81.0-1ubuntu1.15',
      true,
    ],
    ['pkg:deb/ubuntu/curl@8.2?distro=ubuntu-23.10', 'Ubuntu:23.10', 'curl', '8.3', true],
    ['pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.14?distro=ubuntu-22.04', 'Ubuntu:Pro:22.04:LTS', 'curl', '9', false],
    ['pkg:apk/alpine/busybox@1.36.1-r28?distro=alpine-3.20.3', 'Alpine:v3.20', 'busybox', '1.36.1-r29', true],
    [
      'pkg:apk/alpine/ssl_client@1.36.1-r29?distro=alpine-3.20.3&upstream=busybox',
      'Alpine:v3.20',
      'busybox',
      '1.36.1-r29',
      false,
    ],
    ['pkg:apk/wolfi/curl@8.5.0-r0?distro=wolfi-20230201', 'Wolfi', 'curl', '8.6.0-r0', true],
    [
      'pkg:rpm/rocky/curl@7.76.1-26.el9?distro=rocky-9.3&upstream=curl-7.76.1-26.el9.src.rpm',
      'Rocky Linux:9',
      'curl',
      '0:7.76.1-26.el9_3.2',
      true,
    ],
    [
      'pkg:rpm/rocky/curl@7.76.1-26.el9_3.2?distro=rocky-9.3&epoch=1',
      'Rocky Linux:9',
      'curl',
      '0:7.76.1-26.el9_3.3',
      false,
    ],
    [
      'pkg:rpm/redhat/curl@7.76.1-26.el9?distro=rhel-9.3',
      'Red Hat:enterprise_linux:9::baseos',
      'curl',
      '0:7.76.1-29.el9',
      true,
    ],
    ['pkg:npm/%40babel/traverse@7.23.1', 'npm', '@babel/traverse', '7.23.2', true],
    ['pkg:npm/%40babel/traverse@7.23.2', 'npm', '@babel/traverse', '7.23.2', false],
    ['pkg:npm/Traverse@7.23.1', 'npm', 'traverse', '7.23.2', false],
    ['pkg:pypi/jinja2@3.1.2', 'PyPI', 'Jinja2', '3.1.3', true],
    ['pkg:pypi/zope.interface@1', 'PyPI', 'zope-interface', '2', true],
    ['pkg:gem/rack@2.2.6.2', 'RubyGems', 'rack', '2.2.6.3', true],
    ['pkg:golang/github.com/masterminds/goutils@v1.1.0', 'Go', 'github.com/Masterminds/goutils', '1.1.1', true],
    ['pkg:golang/golang.org/x/crypto@v0.0.0-20220314234659-1baeb1ce4c0b', 'Go', 'golang.org/x/crypto', '0.17.0', true],
    ['pkg:golang/stdlib@1.21.3', 'Go', 'stdlib', '1.21.4', true],
    ['pkg:golang/stdlib@go1.21.4', 'Go', 'stdlib', '1.21.4', false],
    [
      'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
      'Maven',
      'org.apache.logging.log4j:log4j-core',
      '2.15.0',
      true,
    ],
    [
      'pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1',
      'Maven',
      'org.apache.logging.log4j:log4j-core',
      '2.15.0',
      false,
    ],
    ['pkg:cargo/tokio@1.18.3', 'crates.io', 'tokio', '1.18.4', true],
    ['pkg:nuget/Newtonsoft.Json@12.0.3', 'NuGet', 'newtonsoft.json', '13.0.1', true],
    ['pkg:composer/symfony/http-kernel@v5.4.19', 'Packagist', 'symfony/http-kernel', '5.4.20', true],
  ])('%s against %s %s before %s: %s', (purl, ecosystem, name, fixed, hit) => {
    // Something else makes the release known, whichever way it goes.
    const others = ['Debian:11', 'Debian:12', 'Ubuntu:22.04:LTS'].map((one) => ({
      ...record(one, 'other', [upTo('1')]),
      id: `X-${one.replace(/\W/g, '')}`,
    }))
    expect(idsFor(purl, record(ecosystem, name, [upTo(fixed)]), ...others)).toEqual(
      hit ? [`CVE-2026-0001 ${fixed}`] : [],
    )
  })

  it.each([
    ['0.9', []],
    ['1.0', ['CVE-2026-0001 1.5']],
    ['1.4.9', ['CVE-2026-0001 1.5']],
    ['1.5', []],
    ['1.9.9', []],
    ['2.0', ['CVE-2026-0001 2.5']],
    ['2.5.1', []],
    ['7.0.0', ['CVE-2026-0001']],
    ['7.0.1', []],
  ])('reads introduced and fixed in any order, and lists of versions: %s', (version, found) => {
    const events = [{ fixed: '2.5' }, { introduced: '2.0' }, { introduced: '1.0' }, { fixed: '1.5' }]
    const osv = record('npm', 'a', [{ type: 'SEMVER', events }], { versions: ['1.2.0', '7.0.0'] })
    expect(idsFor(`pkg:npm/a@${version}`, osv)).toEqual(found)
  })

  it.each([
    ['1.2', [{ introduced: '0' }, { last_affected: '1.2' }], true],
    ['1.2.1', [{ introduced: '0' }, { last_affected: '1.2' }], false],
    ['1.2', [{ introduced: '1.2' }, { last_affected: '1.2' }], true],
    ['1.2', [{ introduced: '0' }, { limit: '1.2' }], false],
    ['1.1', [{ introduced: '0' }, { limit: '1.2' }], true],
    ['9.0', [{ introduced: '0' }, { limit: '*' }], true],
    ['9.0', [{ introduced: '0' }], true],
    ['0.1', [{ fixed: '1' }], false],
    ['0.0.0-1', [{ introduced: '0' }, { fixed: '1' }], true],
  ])('%s in %j: %s', (version, events, hit) => {
    expect(idsFor(`pkg:npm/a@${version}`, record('npm', 'a', [{ type: 'SEMVER', events }]))).toHaveLength(hit ? 1 : 0)
  })

  it.each([
    ['commits are no versions', record('npm', 'a', [{ type: 'GIT', events: [{ introduced: '0' }] }]), 0],
    ['withdrawn records do not count', { ...record('npm', 'a', [upTo('2')]), withdrawn: '2026-01-01T00:00:00Z' }, 0],
    [
      "GitHub's last known version ends a range",
      record('npm', 'a', [range({ introduced: '0' })], {
        database_specific: { last_known_affected_version_range: '< 1.0.0' },
      }),
      0,
    ],
    [
      "GitHub's last known version may be the affected one",
      record('npm', 'a', [range({ introduced: '0' })], {
        database_specific: { last_known_affected_version_range: '<= 1.0.0' },
      }),
      1,
    ],
    ['another package is not meant', record('npm', 'b', [upTo('2')]), 0],
    ['another ecosystem is not meant', record('PyPI', 'a', [upTo('2')]), 0],
  ])('%s', (_, osv, count) => {
    expect(idsFor('pkg:npm/a@1.0.0', osv)).toHaveLength(count)
  })

  it('shows the CVE and keeps every name', () => {
    const osv = {
      ...record('npm', 'a', [upTo('2')]),
      id: 'GHSA-aaaa-bbbb-cccc',
      aliases: ['CVE-2026-1', 'CVE-2026-12345', 'SNYK-1'],
    }
    const { vulnerabilities } = findVulnerabilities(
      [componentOfUrl('pkg:npm/a@1')].filter((one) => one !== undefined),
      recordsOf([osv]),
    )
    expect(vulnerabilities.map(({ id, ids }) => [id, ids])).toEqual([
      ['CVE-2026-12345', ['CVE-2026-12345', 'GHSA-aaaa-bbbb-cccc', 'CVE-2026-1', 'SNYK-1']],
    ])
  })

  it('shows each vulnerability that an advisory of a distribution repairs, once', () => {
    const dsa = {
      ...record('Debian:12', 'openssl', [upTo('3.0.11')]),
      id: 'DSA-1-1',
      upstream: ['CVE-2026-0001', 'CVE-2026-0002'],
    }
    const own = {
      ...record('Debian:12', 'openssl', [upTo('3.0.12')]),
      id: 'DEBIAN-CVE-2026-0002',
      upstream: ['CVE-2026-0002'],
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    }
    const purls = [
      'pkg:deb/debian/openssl@3.0.1?distro=debian-12',
      'pkg:deb/debian/libssl3@3.0.1?distro=debian-12&upstream=openssl',
    ]
    const { vulnerabilities, checked } = findVulnerabilities(
      purls.map((purl) => componentOfUrl(purl)).filter((one) => one !== undefined),
      recordsOf([dsa, own]),
    )
    expect(checked).toBe(2)
    expect(
      vulnerabilities.map(({ id, ids, level, fixed, components }) => ({
        id,
        ids,
        level,
        fixed,
        names: components.map(({ name }) => name),
      })),
    ).toEqual([
      {
        id: 'CVE-2026-0002',
        ids: ['CVE-2026-0002', 'DSA-1-1', 'DEBIAN-CVE-2026-0002'],
        level: 'critical',
        fixed: '3.0.12',
        names: ['openssl', 'libssl3'],
      },
      {
        id: 'CVE-2026-0001',
        ids: ['CVE-2026-0001', 'DSA-1-1'],
        level: 'unknown',
        fixed: '3.0.11',
        names: ['openssl', 'libssl3'],
      },
    ])
  })

  it('takes malicious packages for critical, and urgency where there is no score', () => {
    const malicious = { ...record('npm', 'a', [range({ introduced: '0' })]), id: 'MAL-2026-1' }
    const minor = record('Debian:12', 'b', [range({ introduced: '0' })], {
      ecosystem_specific: { urgency: 'unimportant' },
    })
    const components = [componentOfUrl('pkg:npm/a@1'), componentOfUrl('pkg:deb/debian/b@1?distro=debian-12')].filter(
      (one) => one !== undefined,
    )
    expect(
      findVulnerabilities(components, recordsOf([malicious, minor])).vulnerabilities.map(({ id, level, summary }) => [
        id,
        level,
        summary,
      ]),
    ).toEqual([
      ['MAL-2026-1', 'critical', 'the package is malicious'],
      ['CVE-2026-0001', 'low', ''],
    ])
  })

  it('says what could not be looked up', () => {
    const purls = [
      'pkg:deb/debian/a@1?distro=debian-12',
      'pkg:deb/debian/b@1?distro=debian-12',
      'pkg:deb/debian/c@1?distro=debian',
      'pkg:alpm/arch/d@1?distro=arch',
      'pkg:npm/e@1',
      'pkg:apk/alpine/f@1?distro=alpine-3.22_alpha20250108',
    ]
    const components = purls.map((purl) => componentOfUrl(purl)).filter((one) => one !== undefined)
    const { checked, unchecked } = findVulnerabilities(components, recordsOf([record('npm', 'x', [upTo('1')])]))
    expect({ checked, unchecked }).toEqual({
      checked: 1,
      unchecked: [
        { what: 'packages of Debian:12', count: 2, ecosystem: 'Debian:12' },
        { what: 'packages of debian without a release', count: 1 },
        { what: 'packages of type alpm', count: 1 },
        { what: 'packages of alpine 3.22_alpha20250108', count: 1 },
      ],
    })
  })
})
