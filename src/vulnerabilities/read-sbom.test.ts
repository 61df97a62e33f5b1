import { describe, expect, it } from 'vitest'
import { readSbom } from './read-sbom.ts'

const nested = (depth: number): object => (depth === 0 ? {} : { components: [nested(depth - 1)] })

describe('readSbom', () => {
  it.each([
    [
      "syft's CycloneDX",
      {
        bomFormat: 'CycloneDX',
        components: [
          {
            type: 'library',
            purl: 'pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl&distro=debian-12',
            properties: [{ name: 'syft:location:0:path', value: '/var/lib/dpkg/status' }],
          },
        ],
      },
      [['libssl3', '3.0.11-1', { name: 'openssl', version: '3.0.11-1' }, { id: 'debian', version: '12' }]],
      0,
    ],
    [
      "trivy's CycloneDX",
      {
        bomFormat: 'CycloneDX',
        components: [
          { type: 'operating-system', name: 'debian' },
          {
            type: 'library',
            purl: 'pkg:deb/debian/libc6@2.36-9?distro=debian-12.1',
            properties: [
              { name: 'aquasecurity:trivy:SrcName', value: 'glibc' },
              { name: 'aquasecurity:trivy:SrcVersion', value: '2.36' },
              { name: 'aquasecurity:trivy:SrcRelease', value: '9' },
              { name: 'aquasecurity:trivy:SrcEpoch', value: '1' },
            ],
          },
        ],
      },
      [['libc6', '2.36-9', { name: 'glibc', version: '1:2.36-9' }, { id: 'debian', version: '12.1' }]],
      0,
    ],
    [
      'SPDX 2.3',
      {
        spdxVersion: 'SPDX-2.3',
        documentDescribes: ['SPDXRef-image'],
        packages: [
          { SPDXID: 'SPDXRef-image', name: 'app' },
          {
            SPDXID: 'SPDXRef-1',
            name: 'x',
            externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:npm/%40babel/core@7.0.0' }],
          },
          { SPDXID: 'SPDXRef-2', name: 'no purl' },
        ],
      },
      [['@babel/core', '7.0.0', undefined, undefined]],
      1,
    ],
    [
      'SPDX 3',
      { '@graph': [{ type: 'software_Package', software_packageUrl: 'pkg:pypi/flask@2.0' }, { type: 'Person' }] },
      [['flask', '2.0', undefined, undefined]],
      0,
    ],
    [
      'a list inside a statement',
      {
        _type: 'https://in-toto.io/Statement/v1',
        predicate: { bomFormat: 'CycloneDX', components: [{ purl: 'pkg:npm/a@1' }] },
      },
      [['a', '1', undefined, undefined]],
      0,
    ],
    [
      'a component inside another',
      { bomFormat: 'CycloneDX', components: [{ purl: 'pkg:npm/a@1', components: [{ purl: 'pkg:npm/b@2' }] }] },
      [
        ['a', '1', undefined, undefined],
        ['b', '2', undefined, undefined],
      ],
      0,
    ],
    [
      'a package without a version',
      { bomFormat: 'CycloneDX', components: [{ type: 'library', purl: 'pkg:npm/a' }] },
      [],
      1,
    ],
  ])('reads %s', (_, document, packages, unreadable) => {
    const list = readSbom(document)
    expect(
      list?.components.map(({ name, version, source, distribution }) => [name, version, source, distribution]),
    ).toEqual(packages)
    expect(list?.unreadable).toBe(unreadable)
  })

  it.each([[undefined], [null], ['SPDX'], [[]], [{}], [{ '@graph': {} }]])('takes %j for nothing it knows', (value) => {
    expect(readSbom(value)).toBeUndefined()
  })

  it('survives a list that is nested without end', () => {
    expect(readSbom({ bomFormat: 'CycloneDX', ...nested(3000) })?.components).toEqual([])
  })
})
