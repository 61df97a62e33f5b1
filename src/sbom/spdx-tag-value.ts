import type { Json } from '../core/index.ts'
import { spdxDocument } from './spdx.ts'
import type { Authorship, Sbom } from './sbom.ts'

type Members = Readonly<Record<string, Json>>

/** The same document as `spdxDocument` gives, in the tag-value form of SPDX 2.3; ends with a newline. */
export function spdxTagValue(sbom: Sbom, authorship: Authorship): string {
  const document = spdxDocument(sbom, authorship) as Members
  const { created, creators, comment } = document['creationInfo'] as Members
  const head = [
    tag('SPDXVersion', document['spdxVersion']),
    tag('DataLicense', document['dataLicense']),
    tag('SPDXID', document['SPDXID']),
    tag('DocumentName', document['name']),
    tag('DocumentNamespace', document['documentNamespace']),
    ...(creators as readonly string[]).map((one) => tag('Creator', one)),
    tag('Created', created),
    tag('CreatorComment', comment, isLong),
  ]
  const packages = (document['packages'] as readonly Members[]).map(packageLines)
  const relations = (document['relationships'] as readonly Members[]).map((one) =>
    tag('Relationship', `${one['spdxElementId']} ${one['relationshipType']} ${one['relatedSpdxElement']}`),
  )
  const annotations = (document['packages'] as readonly Members[]).map(annotationLines)
  const parts = [head, ...packages, relations, ...annotations].map((lines) => lines.flat().join('\n'))
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function packageLines(one: Members): readonly (readonly string[])[] {
  const references = (one['externalRefs'] ?? []) as readonly Members[]
  return [
    tag('PackageName', one['name']),
    tag('SPDXID', one['SPDXID']),
    tag('PackageVersion', one['versionInfo']),
    tag('PackageDownloadLocation', one['downloadLocation']),
    // Here the value has a hyphen, and in JSON an underscore.
    tag('PrimaryPackagePurpose', (one['primaryPackagePurpose'] as string | undefined)?.replace('_', '-')),
    tag('FilesAnalyzed', one['filesAnalyzed']),
    tag('PackageSourceInfo', one['sourceInfo'], isLong),
    tag('PackageLicenseDeclared', one['licenseDeclared']),
    tag('PackageLicenseComments', one['licenseComments'], isLong),
    tag('PackageSummary', one['summary'], isLong),
    ...references.map((reference) =>
      tag(
        'ExternalRef',
        `${reference['referenceCategory']} ${reference['referenceType']} ${reference['referenceLocator']}`,
      ),
    ),
  ]
}

function annotationLines(one: Members): readonly (readonly string[])[] {
  return ((one['annotations'] ?? []) as readonly Members[]).flatMap((annotation) => [
    tag('Annotator', annotation['annotator']),
    tag('AnnotationDate', annotation['annotationDate']),
    tag('AnnotationType', annotation['annotationType']),
    tag('SPDXREF', one['SPDXID']),
    tag('AnnotationComment', annotation['comment'], isLong),
  ])
}

/** The value may have several lines. */
const isLong = true

/** Nothing for a member that is not there. */
function tag(name: string, value: Json | undefined, long = false): readonly string[] {
  if (value === undefined) return []
  // Nothing in a text may end it; other values have one line.
  const text = String(value)
  return [`${name}: ${long ? `<text>${text.replaceAll('</text>', '')}</text>` : text.replaceAll(/\s+/g, ' ')}`]
}
