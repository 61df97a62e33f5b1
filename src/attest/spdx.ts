import type { Digest, Json } from '../core/index.ts'
import { hexOf } from '../core/index.ts'
import type { Inventory, Package } from '../inventory/index.ts'
import { type Predicate, predicateTypes } from './statement.ts'

export interface SbomFacts {
  /** Of the configuration. */
  readonly image: Digest
  /** What the image is called, or its digest. */
  readonly name: string
  readonly inventory: Inventory
  /** Of the program that has looked. */
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly created: number
  /** Makes the name of the document unlike that of any other. */
  readonly invocation: string
}

type Members = { readonly [key: string]: Json }

const root = 'SPDXRef-Image'

/**
 * The packages of an image as an SPDX document (https://spdx.github.io/spdx-spec/v2.3). Licences that are no identifiers of
 * the SPDX list stand in `licenseComments`, because an expression may hold nothing else.
 */
export function spdxPredicate(facts: SbomFacts): Predicate {
  const { inventory, image, name } = facts
  const packages = inventory.packages.map((one, index) => describePackage(one, `SPDXRef-Package-${index + 1}`))
  const value = {
    SPDXID: 'SPDXRef-DOCUMENT',
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    name,
    documentNamespace: `urn:slipway:sbom:${hexOf(image)}:${facts.invocation}`,
    creationInfo: {
      created: `${new Date(facts.created).toISOString().slice(0, 19)}Z`,
      creators: [`Tool: slipway-${facts.version}`],
      ...commentOn(inventory),
    },
    packages: [describeImage(facts), ...packages],
    relationships: [
      related('SPDXRef-DOCUMENT', 'DESCRIBES', root),
      ...packages.map(({ SPDXID }) => related(root, 'CONTAINS', SPDXID)),
    ],
  }
  return { type: predicateTypes.sbom, value: value as unknown as Json }
}

function describeImage({ image, name, inventory }: SbomFacts): Members {
  return {
    SPDXID: root,
    name,
    versionInfo: image,
    primaryPackagePurpose: 'CONTAINER',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(inventory.distribution === undefined ? {} : { summary: inventory.distribution.name }),
  }
}

function describePackage(one: Package, id: string): Members & { readonly SPDXID: string } {
  const { name, version, purl, path, source } = one
  const origin = source === undefined ? '' : `, built from ${source.name} ${source.version}`
  return {
    SPDXID: id,
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    sourceInfo: `listed in /${path}${origin}`,
    ...licenseOf(one),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  }
}

/** Identifiers of the SPDX licence list that packages use without a doubt about what they mean. */
const licenses = new Set(
  (
    '0BSD AFL-2.1 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-1.0-Perl Artistic-2.0 BSD-2-Clause BSD-3-Clause ' +
    'BSL-1.0 BlueOak-1.0.0 CC-BY-3.0 CC-BY-4.0 CC0-1.0 GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only ' +
    'GPL-3.0-or-later ISC LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 ' +
    'MPL-1.1 MPL-2.0 OpenSSL PSF-2.0 Python-2.0 Ruby Unicode-DFS-2016 Unlicense WTFPL X11 ZPL-2.1 Zlib bzip2-1.0.6 curl'
  ).split(' '),
)

function licenseOf({ licenses: stated = [] }: Package): Members {
  if (stated.length === 0) return {}
  const expression = stated.length === 1 ? (stated[0] as string) : stated.map((one) => `(${one})`).join(' AND ')
  return stated.every(isExpression)
    ? { licenseDeclared: expression }
    : { licenseDeclared: 'NOASSERTION', licenseComments: `stated as ${stated.join('; ')}` }
}

/** Known identifiers joined by AND and OR, with or without parentheses around the whole. */
function isExpression(text: string): boolean {
  const words = text.replace(/^\((.*)\)$/, '$1').split(/\s+/)
  const isInPlace = (word: string, at: number): boolean => (at % 2 === 0 ? licenses.has(word) : /^(AND|OR)$/.test(word))
  return words.length % 2 === 1 && words.every(isInPlace)
}

function commentOn({ skipped }: Inventory): Members {
  if (skipped.length === 0) return {}
  return { comment: `not read: ${skipped.map(({ path, reason }) => `/${path} (${reason})`).join(', ')}` }
}

function related(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): Members {
  return { spdxElementId, relationshipType, relatedSpdxElement }
}
