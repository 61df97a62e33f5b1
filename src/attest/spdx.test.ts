import { describe, expect, test } from 'vitest'
import { digestOf } from '../core/index.ts'
import type { Package } from '../inventory/index.ts'
import { spdxPredicate } from './spdx.ts'

const base: Package = {
  type: 'deb',
  name: 'libc6',
  version: '2.36-9',
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.36-9' },
  purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64',
  path: 'var/lib/dpkg/status',
  origin: 'os',
}

// biome-ignore lint/suspicious/noExplicitAny: members of a document are looked at
function documentOf(packages: readonly Package[], skipped: readonly { path: string; reason: string }[] = []): any {
  const inventory = { packages, skipped, distribution: { id: 'debian', version: '12', name: 'Debian 12' } }
  const facts = { image: digestOf('i'), name: 'app:1', inventory, version: '1', created: 0, invocation: 'x' }
  return spdxPredicate(facts).value
}

describe('spdxPredicate', () => {
  // What the JSON schema of SPDX 2.3 requires (https://github.com/spdx/spdx-spec/blob/v2.3/schemas/spdx-schema.json), and
  // what the text of the specification requires beyond it (6.1 to 6.9, 7.1 to 7.21, 11.1).
  test('has every member that SPDX 2.3 requires, in the form that it requires', () => {
    const document = documentOf([base])
    expect(document).toMatchObject({
      SPDXID: 'SPDXRef-DOCUMENT',
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      name: 'app:1',
    })
    expect(document.documentNamespace).toMatch(/^[a-z]+:[^#]+$/)
    expect(document.creationInfo.created).toBe('1970-01-01T00:00:00Z')
    expect(document.creationInfo.creators).toEqual(['Tool: slipway-1'])
    for (const one of document.packages) {
      expect(one.SPDXID).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/)
      expect(one).toMatchObject({ name: expect.any(String), downloadLocation: 'NOASSERTION', filesAnalyzed: false })
    }
    const ids = ['SPDXRef-DOCUMENT', ...document.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID)]
    expect(new Set(ids).size).toBe(ids.length)
    expect(document.relationships).toEqual([
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Image' },
      { spdxElementId: 'SPDXRef-Image', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-Package-1' },
    ])
    expect(document.packages[1].externalRefs).toEqual([
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: base.purl },
    ])
    expect(document.packages[1].sourceInfo).toBe('listed in /var/lib/dpkg/status, built from glibc 2.36-9')
  })

  test.each([
    [['MIT'], 'MIT', undefined],
    [['MIT OR Apache-2.0'], 'MIT OR Apache-2.0', undefined],
    [['(MIT OR Apache-2.0)', 'ISC'], '((MIT OR Apache-2.0)) AND (ISC)', undefined],
    [['GPL'], 'NOASSERTION', 'stated as GPL'],
    [['MIT Apache-2.0'], 'NOASSERTION', 'stated as MIT Apache-2.0'],
    [['MIT OR'], 'NOASSERTION', 'stated as MIT OR'],
    [['SEE LICENSE IN x', 'MIT'], 'NOASSERTION', 'stated as SEE LICENSE IN x; MIT'],
    [[], undefined, undefined],
  ])('takes the licences %j for the expression %s', (licenses, declared, comment) => {
    const [, one] = documentOf([{ ...base, licenses }]).packages
    expect([one.licenseDeclared, one.licenseComments]).toEqual([declared, comment])
  })

  test('says what could not be read', () => {
    const { comment } = documentOf([], [{ path: 'a/package.json', reason: 'it is not JSON' }]).creationInfo
    expect(comment).toBe('not read: /a/package.json (it is not JSON)')
  })
})
