import { canonicalJson, digestOf, hexOf, type Json } from '../core/index.ts'
import { type Component, componentsOf, placeText } from './components.ts'
import { joinLicenses } from './licenses.ts'
import { gapsOf, propertiesOf } from './properties.ts'
import type { Authorship, Sbom } from './sbom.ts'

type Members = { readonly [key: string]: Json }

const document = 'SPDXRef-DOCUMENT'
const root = 'SPDXRef-Image'
const system = 'SPDXRef-OperatingSystem'

/**
 * A document of SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3). Licences that are no identifiers of the list stand in
 * `licenseComments`, because an expression may hold nothing else. What SPDX has no member for stands in an annotation, one
 * `name=value` a line. The same facts give the same document.
 */
export function spdxDocument(sbom: Sbom, { version, created }: Authorship): Json {
  const components = componentsOf(sbom)
  const time = `${new Date(created).toISOString().slice(0, 19)}Z`
  const gaps = gapsOf(sbom).map(({ name, value }) => `${name}=${value}`)
  const body: Members = {
    SPDXID: document,
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    name: sbom.name,
    creationInfo: {
      created: time,
      creators: [`Tool: slipway-${version}`],
      ...(gaps.length === 0 ? {} : { comment: gaps.join('\n') }),
    },
    packages: [
      describeImage(sbom),
      ...components.map((one) => describePackage(one, { version, time })),
      ...(sbom.distribution === undefined ? [] : [describeSystem(sbom.distribution)]),
    ],
    relationships: [
      related(document, 'DESCRIBES', root),
      ...components.flatMap(relations),
      ...(sbom.distribution === undefined ? [] : [related(root, 'CONTAINS', system)]),
    ],
  }
  const namespace = `urn:slipway:sbom:${hexOf(digestOf(canonicalJson(body)))}`
  return { ...body, documentNamespace: namespace }
}

function describeImage({ image, name, distribution }: Sbom): Members {
  return {
    SPDXID: root,
    name,
    ...(image === undefined ? {} : { versionInfo: image }),
    primaryPackagePurpose: image === undefined ? 'FILE' : 'CONTAINER',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(distribution === undefined ? {} : { summary: distribution.name }),
  }
}

function describeSystem({ id, version, name }: NonNullable<Sbom['distribution']>): Members {
  return {
    SPDXID: system,
    name: id,
    ...(version === '' ? {} : { versionInfo: version }),
    primaryPackagePurpose: 'OPERATING_SYSTEM',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    summary: name,
  }
}

function describePackage(one: Component, { version: writer, time }: { version: string; time: string }): Members {
  const { name, version, purl, source, places } = one
  const origin = source === undefined ? '' : `, built from ${source.name} ${source.version}`
  const comment = propertiesOf(one)
    .map((property) => `${property.name}=${property.value}`)
    .join('\n')
  return {
    SPDXID: idOf(one),
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    sourceInfo: `listed in ${places.map(placeText).join(', ')}${origin}`,
    ...licenseOf(one),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    annotations: [{ annotationType: 'OTHER', annotator: `Tool: slipway-${writer}`, annotationDate: time, comment }],
  }
}

function licenseOf({ licenses = [] }: Component): Members {
  if (licenses.length === 0) return {}
  const expression = joinLicenses(licenses)
  if (expression !== undefined) return { licenseDeclared: expression }
  return { licenseDeclared: 'NOASSERTION', licenseComments: `stated as ${licenses.join('; ')}` }
}

function relations(one: Component): readonly Members[] {
  if (one.buildStage !== undefined) return [related(idOf(one), 'BUILD_DEPENDENCY_OF', root)]
  const contained = related(root, 'CONTAINS', idOf(one))
  return one.isDevelopment ? [contained, related(idOf(one), 'DEV_DEPENDENCY_OF', root)] : [contained]
}

function idOf({ key }: Component): string {
  return `SPDXRef-Package-${key}`
}

function related(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): Members {
  return { spdxElementId, relationshipType, relatedSpdxElement }
}
