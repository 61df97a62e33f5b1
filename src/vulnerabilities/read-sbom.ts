import { type Component, componentOfUrl } from './component.ts'
import { type Fields, fieldsIn, isFields, listIn, textIn } from './fields.ts'

/** The packages that a list of packages names. */
export interface SbomContent {
  readonly format: 'SPDX' | 'CycloneDX'
  /** What the list says it is of. */
  readonly subject?: string
  readonly components: readonly Component[]
  /** How many packages have no package URL, or one without a version. */
  readonly unreadable: number
}

/** Nobody's lists are deeper; one that is cannot exhaust the stack. */
const depthLimit = 50

/**
 * Reads parsed JSON of SPDX 2.2, 2.3 and 3.0 or CycloneDX, of whoever wrote it: packages count by their package URLs.
 * Undefined for what is neither; nothing is thrown.
 */
export function readSbom(value: unknown): SbomContent | undefined {
  if (!isFields(value)) return undefined
  // A list inside a statement of in-toto, as attestations hold it.
  if (isFields(value['predicate']) && value['_type'] !== undefined) return readSbom(value['predicate'])
  if (value['bomFormat'] === 'CycloneDX') return readCycloneDx(value)
  if (typeof value['spdxVersion'] === 'string') return readSpdx(value)
  return Array.isArray(value['@graph']) ? readSpdx3(value['@graph']) : undefined
}

function readSpdx(document: Fields): SbomContent {
  const described = new Set(
    [...listIn(document, 'documentDescribes'), ...describes(document)].filter((id) => typeof id === 'string'),
  )
  const drafts: Draft[] = []
  for (const entry of listIn(document, 'packages').filter(isFields)) {
    const refs = listIn(entry, 'externalRefs').filter(isFields)
    const url = refs.find((ref) => ref['referenceType'] === 'purl')
    const draft = { url: url === undefined ? undefined : textIn(url, 'referenceLocator') }
    // What the whole list is about is no package of it, unless it says otherwise.
    if (draft.url !== undefined || !described.has(textIn(entry, 'SPDXID') ?? '')) drafts.push(draft)
  }
  return contentOf('SPDX', drafts, textIn(document, 'name'))
}

function describes(document: Fields): readonly unknown[] {
  return listIn(document, 'relationships')
    .filter(isFields)
    .filter((one) => one['relationshipType'] === 'DESCRIBES')
    .map((one) => one['relatedSpdxElement'])
}

function readSpdx3(graph: readonly unknown[]): SbomContent {
  const packages = graph.filter(isFields).filter(({ type }) => type === 'software_Package')
  return contentOf(
    'SPDX',
    packages.map((entry) => ({ url: textIn(entry, 'software_packageUrl') })),
  )
}

function readCycloneDx(document: Fields): SbomContent {
  const about = fieldsIn(fieldsIn(document, 'metadata'), 'component')
  const drafts: Draft[] = []
  const walk = (entries: readonly unknown[], depth: number): void => {
    for (const entry of entries.filter(isFields)) {
      const isPackage = ['library', 'framework', 'application'].includes(String(entry['type']))
      const url = textIn(entry, 'purl')
      if (url !== undefined || isPackage) drafts.push({ url, source: sourceOf(entry), path: pathOf(entry) })
      if (depth < depthLimit) walk(listIn(entry, 'components'), depth + 1)
    }
  }
  walk(listIn(document, 'components'), 0)
  return contentOf('CycloneDX', drafts, textIn(about, 'name'))
}

interface Draft {
  readonly url: string | undefined
  readonly source?: Component['source']
  readonly path?: string | undefined
}

function contentOf(format: SbomContent['format'], drafts: readonly Draft[], subject?: string): SbomContent {
  const components = new Map<string, Component>()
  let unreadable = 0
  for (const { url, source, path } of drafts) {
    const more = { ...(source === undefined ? {} : { source }), ...(path === undefined ? {} : { path }) }
    const component = url === undefined ? undefined : componentOfUrl(url, more)
    if (component === undefined) unreadable += 1
    else components.set(`${component.purl} ${path ?? ''}`, component)
  }
  return { format, components: [...components.values()], unreadable, ...(subject === undefined ? {} : { subject }) }
}

/** Package URLs have no common word for the source package; trivy writes it as properties. */
function sourceOf(entry: Fields): Component['source'] {
  const property = propertiesOf(entry)
  const [name, version] = [property('aquasecurity:trivy:SrcName'), property('aquasecurity:trivy:SrcVersion')]
  if (name === undefined || version === undefined) return undefined
  const [epoch, release] = [property('aquasecurity:trivy:SrcEpoch'), property('aquasecurity:trivy:SrcRelease')]
  return {
    name,
    version: `${epoch === undefined ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`,
  }
}

function pathOf(entry: Fields): string | undefined {
  const property = propertiesOf(entry)
  return property('slipway:path') ?? property('aquasecurity:trivy:FilePath') ?? property('syft:location:0:path')
}

function propertiesOf(entry: Fields): (name: string) => string | undefined {
  const properties = listIn(entry, 'properties').filter(isFields)
  return (name) => {
    const found = properties.find((one) => one['name'] === name)
    return found === undefined ? undefined : textIn(found, 'value')
  }
}
