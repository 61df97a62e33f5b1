import { canonicalJson, digestOf, type Json } from '../core/index.ts'
import { type Component, componentsOf, placeText, uuidOf } from './components.ts'
import { readLicense } from './licenses.ts'
import { gapsOf, propertiesOf } from './properties.ts'
import type { Authorship, Sbom } from './sbom.ts'

type Members = { readonly [key: string]: Json }

const root = 'image'

/**
 * A document of CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json). Packages of builder stages have the scope `excluded`, those
 * that only development needs `optional`. The same facts give the same document.
 */
export function cyclonedxDocument(sbom: Sbom, { version, created }: Authorship): Json {
  const components = componentsOf(sbom)
  const gaps = gapsOf(sbom)
  const body: Members = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: `${new Date(created).toISOString().slice(0, 19)}Z`,
      tools: { components: [{ type: 'application', name: 'slipway', version }] },
      component: describeImage(sbom),
      ...(gaps.length === 0 ? {} : { properties: gaps.map((one) => ({ ...one })) }),
    },
    components: [...components.map(describeComponent), ...describeSystem(sbom)],
    dependencies: [
      { ref: root, dependsOn: components.filter(({ buildStage }) => buildStage === undefined).map(({ key }) => key) },
    ],
  }
  const { $schema, bomFormat, specVersion, ...rest } = body
  const serialNumber = `urn:uuid:${uuidOf(digestOf(canonicalJson(body)))}`
  return { $schema, bomFormat, specVersion, serialNumber, ...rest } as Members
}

function describeImage({ name, image }: Sbom): Members {
  const type = image === undefined ? 'file' : 'container'
  return { type, 'bom-ref': root, name, ...(image === undefined ? {} : { version: image }) }
}

function describeSystem({ distribution }: Sbom): readonly Members[] {
  if (distribution === undefined) return []
  const { id, version, name } = distribution
  return [
    {
      type: 'operating-system',
      'bom-ref': 'operating-system',
      name: id,
      ...(version === '' ? {} : { version }),
      description: name,
    },
  ]
}

function describeComponent(one: Component): Members {
  const { key, version, purl, places } = one
  const scope = one.buildStage !== undefined ? 'excluded' : one.isDevelopment ? 'optional' : 'required'
  const licenses = licensesOf(one)
  return {
    type: 'library',
    'bom-ref': key,
    ...splitName(one),
    version,
    scope,
    ...(licenses.length === 0 ? {} : { licenses }),
    purl,
    evidence: { occurrences: places.map((place) => ({ location: placeText(place) })) },
    properties: propertiesOf(one).map((property) => ({ ...property })),
  }
}

/** Scopes of npm, groups of Maven and vendors of Composer have a member of their own. */
function splitName({ type, name }: Component): Members {
  const at = type === 'maven' ? name.indexOf(':') : type === 'npm' || type === 'composer' ? name.indexOf('/') : -1
  return at < 0 ? { name } : { group: name.slice(0, at), name: name.slice(at + 1) }
}

/** An expression stands alone; beside other licences it is only a name. */
function licensesOf({ licenses = [] }: Component): readonly Members[] {
  const read = licenses.map(readLicense)
  const [only] = read
  if (read.length === 1 && only?.kind === 'expression') return [{ expression: only.text }]
  return read.map(({ kind, text }) => ({ license: kind === 'id' ? { id: text } : { name: text } }))
}
