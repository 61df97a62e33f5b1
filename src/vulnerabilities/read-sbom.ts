import { type Component, type ComponentMaker, componentOfUrl } from './component.ts'
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
    const reference = refs.find((ref) => ref['referenceType'] === 'purl')
    const url = reference === undefined ? undefined : textIn(reference, 'referenceLocator')
    const notes = listIn(entry, 'annotations')
      .filter(isFields)
      .map((one) => textIn(one, 'comment') ?? '')
    // What the whole list is about is no package of it, unless it says otherwise.
    const isSystem = textIn(entry, 'primaryPackagePurpose') === 'OPERATING-SYSTEM'
    if (url !== undefined || !(isSystem || described.has(textIn(entry, 'SPDXID') ?? '')))
      drafts.push({ url, ...knownOf(lineProperties([...notes, textIn(entry, 'comment') ?? ''].join('\n'))) })
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
      if (url !== undefined || isPackage) drafts.push({ url, ...knownOf(propertiesOf(entry)) })
      if (depth < depthLimit) walk(listIn(entry, 'components'), depth + 1)
    }
  }
  walk(listIn(document, 'components'), 0)
  return contentOf('CycloneDX', drafts, textIn(about, 'name'))
}

interface Draft extends Omit<Partial<Component>, 'purl' | 'type' | 'name' | 'version' | 'distribution'> {
  readonly url: string | undefined
  /** It was in a stage that did not become the image. */
  readonly isBuildOnly?: boolean
}

function contentOf(format: SbomContent['format'], drafts: readonly Draft[], subject?: string): SbomContent {
  const components = new Map<string, Component>()
  let unreadable = 0
  for (const { url, isBuildOnly, ...more } of drafts) {
    if (isBuildOnly === true) continue
    const component = url === undefined ? undefined : componentOfUrl(url, more)
    if (component === undefined) unreadable += 1
    else components.set(`${component.purl} ${more.path ?? ''}`, component)
  }
  return { format, components: [...components.values()], unreadable, ...(subject === undefined ? {} : { subject }) }
}

/** A named text about a package, beyond what the formats have members for. */
type Property = (name: string) => string | undefined

/** What this program and trivy write as properties: package URLs have no word for the source package. */
function knownOf(property: Property): Omit<Draft, 'url'> {
  const source = sourceOf(property)
  const path =
    property('slipway:location:0:path') ?? property('aquasecurity:trivy:FilePath') ?? property('syft:location:0:path')
  const origin = originOf(property)
  return {
    isBuildOnly: property('slipway:stage') !== undefined,
    ...(source === undefined ? {} : { source }),
    ...(path === undefined ? {} : { path: path.replace(/^\/+/, '') }),
    ...(origin === undefined ? {} : { origin }),
    ...(property('slipway:package:development') === 'true' ? { development: true } : {}),
    ...(property('slipway:package:declared') === 'true' ? { declared: true } : {}),
  }
}

function sourceOf(property: Property): Component['source'] {
  const [own, ownVersion] = property('slipway:package:source')?.split(' ') ?? []
  if (own !== undefined && ownVersion !== undefined) return { name: own, version: ownVersion }
  const [name, version] = [property('aquasecurity:trivy:SrcName'), property('aquasecurity:trivy:SrcVersion')]
  if (name === undefined || version === undefined) return undefined
  const [epoch, release] = [property('aquasecurity:trivy:SrcEpoch'), property('aquasecurity:trivy:SrcRelease')]
  const ends = { epoch: epoch === undefined ? '' : `${epoch}:`, release: release === undefined ? '' : `-${release}` }
  return { name, version: `${ends.epoch}${version}${ends.release}` }
}

function originOf(property: Property): Component['origin'] {
  const layer = property('slipway:location:0:layerID') ?? property('aquasecurity:trivy:LayerDiffID')
  const [line, stage] = [property('slipway:location:0:line'), property('slipway:location:0:stage')]
  const command = property('slipway:location:0:instruction')
  if (layer === undefined && line === undefined) return undefined
  const maker = makerOf(property)
  return {
    ...(layer === undefined ? {} : { layer }),
    ...(line === undefined ? {} : { line }),
    ...(stage === undefined ? {} : { stage }),
    ...(command === undefined ? {} : { command }),
    ...(maker === undefined ? {} : { maker }),
  }
}

function makerOf(property: Property): ComponentMaker | undefined {
  const [line, stage] = [property('slipway:location:0:maker:line'), property('slipway:location:0:maker:stage')]
  const command = property('slipway:location:0:maker:instruction')
  if (command === undefined) return undefined
  return { ...(line === undefined ? {} : { line }), ...(stage === undefined ? {} : { stage }), command }
}

function propertiesOf(entry: Fields): Property {
  const properties = listIn(entry, 'properties').filter(isFields)
  return (name) => {
    const found = properties.find((one) => one['name'] === name)
    return found === undefined ? undefined : textIn(found, 'value')
  }
}

/** SPDX has annotations: lines `name=value`. */
function lineProperties(text: string): Property {
  const lines = text.split('\n')
  return (name) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1)
}
