import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import { type AttributedPackage, cyclonedxDocument, type Sbom, spdxDocument, spdxTagValue } from './index.ts'

const layer = digestOf('layer')
const libc: AttributedPackage = {
  type: 'deb',
  name: 'libc6',
  version: '2.36-9',
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.36-9' },
  origin: 'os',
  purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12',
  path: 'var/lib/dpkg/status',
  from: { layer, source: 'Dockerfile:1', stage: 'base', instruction: 'RUN apt-get install' },
}
const npm = (name: string, path: string, more: Partial<AttributedPackage> = {}): AttributedPackage => ({
  type: 'npm',
  name,
  version: '1.0.0',
  origin: 'application',
  purl: `pkg:npm/${name.replace('@', '%40')}@1.0.0`,
  path,
  ...more,
})
const authorship = { version: '1.2', created: Date.UTC(2026, 0, 2, 3, 4, 5) }
const image: Sbom = {
  name: 'app:1',
  image: digestOf('i'),
  platform: { os: 'linux', architecture: 'amd64' },
  distribution: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
  packages: [libc, npm('@s/a', 'x/package.json', { licenses: ['MIT'] }), npm('@s/a', 'a/package.json')],
  skipped: [{ path: 'b/package.json', reason: 'it is not JSON' }],
  stages: [{ stage: 'build', packages: [npm('typescript', 'src/node_modules/typescript/package.json')] }],
  unknownStages: ['the layers of stage test are gone'],
}

// biome-ignore lint/suspicious/noExplicitAny: members of documents are looked at
const spdx = (of: Partial<Sbom> = {}): any => spdxDocument({ ...image, ...of }, authorship)
// biome-ignore lint/suspicious/noExplicitAny: members of documents are looked at
const cyclonedx = (of: Partial<Sbom> = {}): any => cyclonedxDocument({ ...image, ...of }, authorship)

/** The schemas that OWASP publishes come with its library, which is here for them alone. */
function cyclonedxSchema(): ValidateFunction {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')
  const schema = (name: string): object =>
    JSON.parse(readFileSync(new URL(`res/schema/${name}.SNAPSHOT.schema.json`, `file://${library}`), 'utf8')) as object
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  return ajv.compile(schema('bom-1.6'))
}

const licenseCases: readonly (readonly [readonly string[], string | undefined, readonly unknown[] | undefined])[] = [
  [['MIT'], 'MIT', [{ license: { id: 'MIT' } }]],
  [['MIT OR Apache-2.0'], 'MIT OR Apache-2.0', [{ expression: 'MIT OR Apache-2.0' }]],
  [
    ['GPL-2.0-or-later WITH Classpath-exception-2.0'],
    'GPL-2.0-or-later WITH Classpath-exception-2.0',
    [{ expression: 'GPL-2.0-or-later WITH Classpath-exception-2.0' }],
  ],
  [
    ['ISC', 'MIT OR Apache-2.0'],
    'ISC AND (MIT OR Apache-2.0)',
    [{ license: { id: 'ISC' } }, { license: { name: 'MIT OR Apache-2.0' } }],
  ],
  [['GPLv2+'], 'NOASSERTION', [{ license: { name: 'GPLv2+' } }]],
  [['MIT Apache-2.0'], 'NOASSERTION', [{ license: { name: 'MIT Apache-2.0' } }]],
  [['MIT', 'SEE LICENSE IN x'], 'NOASSERTION', [{ license: { id: 'MIT' } }, { license: { name: 'SEE LICENSE IN x' } }]],
  [[], undefined, undefined],
]

describe('spdxDocument', () => {
  it('has the members that SPDX 2.3 requires, in the form that it requires', () => {
    const document = spdx()
    expect(document).toMatchObject({
      SPDXID: 'SPDXRef-DOCUMENT',
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      name: 'app:1',
      creationInfo: { created: '2026-01-02T03:04:05Z', creators: ['Tool: slipway-1.2'] },
    })
    expect(document.documentNamespace).toMatch(/^urn:slipway:sbom:[0-9a-f]{64}$/)
    const ids = ['SPDXRef-DOCUMENT']
    for (const one of document.packages) {
      expect(one.SPDXID).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/)
      expect(one).toMatchObject({ name: expect.any(String), downloadLocation: 'NOASSERTION', filesAnalyzed: false })
      ids.push(one.SPDXID)
    }
    expect(new Set(ids).size).toBe(ids.length)
    for (const { spdxElementId, relatedSpdxElement } of document.relationships)
      expect(ids).toEqual(expect.arrayContaining([spdxElementId, relatedSpdxElement]))
  })

  // Values of enumerations as the JSON schema of 2.3 has them: with underscores, other than in tag and value.
  it('says what the image and the system in it are', () => {
    const purposes = spdx().packages.map((one: Readonly<Record<string, string>>) => one['primaryPackagePurpose'])
    expect(purposes.filter((one: unknown) => one !== undefined)).toEqual(['CONTAINER', 'OPERATING_SYSTEM'])
  })

  it('has one package for all copies, with its places, its layers and their lines', () => {
    const [, deb, copies] = spdx().packages
    expect(deb.sourceInfo).toBe('listed in /var/lib/dpkg/status, built from glibc 2.36-9')
    expect(deb.externalRefs).toEqual([
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: libc.purl },
    ])
    expect(deb.annotations[0].comment.split('\n')).toEqual([
      'slipway:package:type=deb',
      'slipway:package:origin=os',
      'slipway:package:source=glibc 2.36-9',
      'slipway:location:0:path=/var/lib/dpkg/status',
      `slipway:location:0:layerID=${layer}`,
      'slipway:location:0:line=Dockerfile:1',
      'slipway:location:0:stage=base',
      'slipway:location:0:instruction=RUN apt-get install',
    ])
    expect(copies.sourceInfo).toBe('listed in /a/package.json, /x/package.json')
  })

  it('tells what is in the image from what only built it, and from what only development needs', () => {
    const named = (of: Partial<Sbom>): readonly string[] => {
      const { relationships, packages } = spdx(of)
      const names = new Map(packages.map((one: { SPDXID: string; name: string }) => [one.SPDXID, one.name]))
      return relationships
        .slice(1)
        .map((one: Readonly<Record<string, string>>) =>
          [names.get(one['spdxElementId']), one['relationshipType'], names.get(one['relatedSpdxElement'])].join(' '),
        )
    }
    expect(named({})).toEqual([
      'app:1 CONTAINS libc6',
      'app:1 CONTAINS @s/a',
      'typescript BUILD_DEPENDENCY_OF app:1',
      'app:1 CONTAINS debian',
    ])
    const development = npm('b', 'b/package.json', { isDevelopment: true })
    expect(named({ packages: [development], stages: [] }).slice(0, 2)).toEqual([
      'app:1 CONTAINS b',
      'b DEV_DEPENDENCY_OF app:1',
    ])
    expect(named({ packages: [development, npm('b', 'c/package.json')], stages: [] })).not.toContain(
      'b DEV_DEPENDENCY_OF app:1',
    )
  })

  it.each(licenseCases)('takes the licences %j for the expression %s', (licenses, declared) => {
    const [, one] = spdx({ packages: [npm('a', 'p', { licenses })] }).packages
    expect(one.licenseDeclared).toBe(declared)
    expect(one.licenseComments).toBe(
      declared === 'NOASSERTION' ? `stated as ${[...licenses].sort().join('; ')}` : undefined,
    )
  })

  it('says what could not be read, and which stages are not known', () => {
    expect(spdx().creationInfo.comment).toBe(
      'slipway:skipped=/b/package.json: it is not JSON\nslipway:unknown-stage=the layers of stage test are gone',
    )
  })
})

describe('cyclonedxDocument', () => {
  const isValid = cyclonedxSchema()

  it('is valid by the schema of CycloneDX 1.6, whatever packages are called', () => {
    expect([isValid(cyclonedx()), isValid.errors]).toEqual([true, null])
    const bare: Sbom = { name: 'rootfs', packages: [], skipped: [] }
    expect([isValid(cyclonedxDocument(bare, authorship)), isValid.errors]).toEqual([true, null])
    expect(isValid({ ...cyclonedx(), specVersion: 7 })).toBe(false)
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.array(fc.string()), (name, version, licenses) => {
        const packages = [
          npm('n', 'p', { name, version, licenses, purl: `pkg:npm/${encodeURIComponent(name.toWellFormed())}` }),
        ]
        expect([isValid(cyclonedx({ packages })), isValid.errors]).toEqual([true, null])
      }),
    )
  })

  it('has one component for all copies, with its places, its layers and their lines', () => {
    const [deb, copies] = cyclonedx().components
    expect(deb).toMatchObject({
      type: 'library',
      name: 'libc6',
      version: '2.36-9',
      scope: 'required',
      purl: libc.purl,
      evidence: { occurrences: [{ location: '/var/lib/dpkg/status' }] },
    })
    expect(deb.properties).toContainEqual({ name: 'slipway:location:0:line', value: 'Dockerfile:1' })
    expect(deb.properties).toContainEqual({ name: 'slipway:location:0:layerID', value: layer })
    expect(copies).toMatchObject({ group: '@s', name: 'a' })
    expect(copies.evidence.occurrences).toEqual([{ location: '/a/package.json' }, { location: '/x/package.json' }])
  })

  it('tells what is in the image from what only built it, and from what only development needs', () => {
    const packages = [...image.packages, npm('b', 'b/package.json', { isDevelopment: true })]
    const { components, dependencies } = cyclonedx({ packages })
    const scopes = components.map((one: { name: string; scope?: string }) => `${one.name} ${one.scope ?? '-'}`)
    expect(scopes).toEqual(['libc6 required', 'a required', 'b optional', 'typescript excluded', 'debian -'])
    expect(components[3].properties).toContainEqual({ name: 'slipway:stage', value: 'build' })
    expect(dependencies).toEqual([
      {
        ref: 'image',
        dependsOn: components.slice(0, 3).map((one: Readonly<Record<string, string>>) => one['bom-ref']),
      },
    ])
  })

  it.each(licenseCases)('takes the licences %j for %s', (licenses, _, expected) => {
    const [one] = cyclonedx({ packages: [npm('a', 'p', { licenses })] }).components
    expect(one.licenses).toEqual(expected)
  })
})

describe('documents', () => {
  it('are the same for the same image at the same time, and have names of their own otherwise', () => {
    expect(spdx()).toEqual(spdx({ packages: [...image.packages].reverse() }))
    expect(cyclonedx()).toEqual(cyclonedx({ packages: [...image.packages].reverse() }))
    expect(spdx().documentNamespace).not.toBe(spdx({ name: 'app:2' }).documentNamespace)
    expect(cyclonedx().serialNumber).not.toBe(cyclonedx({ name: 'app:2' }).serialNumber)
    expect(cyclonedx().serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  it('say the same as tag and value', () => {
    const lines = spdxTagValue(image, authorship).split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'SPDXVersion: SPDX-2.3',
      'DataLicense: CC0-1.0',
      'SPDXID: SPDXRef-DOCUMENT',
      'DocumentName: app:1',
    ])
    const packages = spdx().packages as readonly { readonly SPDXID: string; readonly name: string }[]
    expect(lines.filter((line) => line.startsWith('PackageName: '))).toEqual(
      packages.map(({ name }) => `PackageName: ${name}`),
    )
    expect(lines).toContain(`Relationship: ${packages[3]?.SPDXID} BUILD_DEPENDENCY_OF SPDXRef-Image`)
    expect(lines).toContain('PackageSourceInfo: <text>listed in /var/lib/dpkg/status, built from glibc 2.36-9</text>')
    expect(lines).toContain('PrimaryPackagePurpose: OPERATING-SYSTEM')
    expect(lines).toContain(`ExternalRef: PACKAGE-MANAGER purl ${libc.purl}`)
  })
})
