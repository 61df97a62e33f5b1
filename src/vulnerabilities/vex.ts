import type { Component } from './component.ts'
import { type Fields, fieldsIn, isFields, listIn, textIn } from './fields.ts'
import type { Vulnerability } from './find-vulnerabilities.ts'
import type { Suppressed } from './ignore-list.ts'
import { fullName, parsePackageUrl } from './purl.ts'

/** What somebody who knows a product says about a vulnerability in it. */
export interface VexStatement {
  readonly ids: readonly string[]
  /** It is not in the product, or no longer. */
  readonly clears: boolean
  readonly reason: string
  readonly products: readonly VexProduct[]
}

export interface VexProduct {
  /** A package URL, or any other name. */
  readonly name: string
  /** Only these packages of it; all when empty. */
  readonly parts: readonly string[]
}

/** How the image that was scanned may be called in such documents. */
export interface ImageNames {
  /** Last part of the repository: `app` of `registry.example.com/team/app`. */
  readonly repository?: string
  /** Of its manifest, index or configuration. */
  readonly digests: readonly string[]
}

/** Reads parsed JSON of OpenVEX or of a CycloneDX document with vulnerabilities; undefined for what is neither. */
export function readVex(value: unknown): readonly VexStatement[] | undefined {
  if (!isFields(value)) return undefined
  if (isFields(value['predicate']) && value['_type'] !== undefined) return readVex(value['predicate'])
  if (value['bomFormat'] === 'CycloneDX') return readCycloneDx(value)
  const isOpenVex = textIn(value, '@context')?.startsWith('https://openvex.dev/') === true
  return isOpenVex && Array.isArray(value['statements']) ? readOpenVex(value) : undefined
}

/** Takes out what the last statement about it clears. */
export function applyVex(
  vulnerabilities: readonly Vulnerability[],
  statements: readonly VexStatement[],
  image: ImageNames,
): { readonly counted: readonly Vulnerability[]; readonly suppressed: readonly Suppressed[] } {
  const counted: Vulnerability[] = []
  const suppressed: Suppressed[] = []
  for (const vulnerability of vulnerabilities) {
    const own = statements.filter(({ ids }) => ids.some((id) => vulnerability.ids.includes(id)))
    const cleared = new Map<Component, string>()
    for (const component of vulnerability.components) {
      const last = own.findLast(({ products }) => products.some((product) => isAbout(product, component, image)))
      if (last?.clears === true) cleared.set(component, last.reason)
    }
    const left = vulnerability.components.filter((component) => !cleared.has(component))
    if (left.length > 0)
      counted.push(
        left.length === vulnerability.components.length ? vulnerability : { ...vulnerability, components: left },
      )
    else suppressed.push({ vulnerability, by: 'vex', reason: [...new Set(cleared.values())].join('; ') })
  }
  return { counted, suppressed }
}

function readOpenVex(document: Fields): readonly VexStatement[] {
  const statements = listIn(document, 'statements').filter(isFields)
  const time = (statement: Fields): string => textIn(statement, 'timestamp') ?? textIn(document, 'timestamp') ?? ''
  return statements
    .map((statement, order) => ({ statement, order }))
    .sort((a, b) => compareTimes(time(a.statement), time(b.statement)) || a.order - b.order)
    .map(({ statement }) => {
      const status = textIn(statement, 'status') ?? ''
      const why =
        textIn(statement, 'impact_statement') ?? textIn(statement, 'justification') ?? textIn(statement, 'status_notes')
      const products =
        listIn(statement, 'products').length > 0 ? listIn(statement, 'products') : listIn(document, 'products')
      return {
        ids: idsOf(statement['vulnerability']),
        clears: status === 'not_affected' || status === 'fixed',
        reason: status === 'fixed' ? (why ?? 'fixed') : (why ?? 'not affected').replaceAll('_', ' '),
        products: products.flatMap(readProduct),
      }
    })
}

function compareTimes(a: string, b: string): number {
  const [left, right] = [Date.parse(a), Date.parse(b)]
  return Number.isNaN(left) || Number.isNaN(right) ? 0 : left - right
}

function idsOf(vulnerability: unknown): readonly string[] {
  if (typeof vulnerability === 'string') return [vulnerability]
  if (!isFields(vulnerability)) return []
  const names = [vulnerability['name'], vulnerability['@id'], ...listIn(vulnerability, 'aliases')]
  // The id may be the address of a page: its last part is the name.
  return names.filter((name) => typeof name === 'string').map((name) => name.split('/').at(-1) ?? name)
}

function readProduct(product: unknown): readonly VexProduct[] {
  if (typeof product === 'string') return [{ name: product, parts: [] }]
  if (!isFields(product)) return []
  const parts = listIn(product, 'subcomponents').flatMap(namesOf)
  return namesOf(product).map((name) => ({ name, parts }))
}

function namesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (!isFields(value)) return []
  const purl = textIn(fieldsIn(value, 'identifiers'), 'purl')
  return [textIn(value, '@id'), purl].filter((name) => name !== undefined)
}

const clearing = ['resolved', 'resolved_with_pedigree', 'false_positive', 'not_affected']

function readCycloneDx(document: Fields): readonly VexStatement[] {
  const urls = new Map<string, string>()
  const about = fieldsIn(fieldsIn(document, 'metadata'), 'component')
  for (const component of [about, ...listIn(document, 'components')].filter(isFields)) {
    const [ref, purl] = [textIn(component, 'bom-ref'), textIn(component, 'purl')]
    if (ref !== undefined && purl !== undefined) urls.set(ref, purl)
  }
  return listIn(document, 'vulnerabilities')
    .filter(isFields)
    .map((entry) => {
      const analysis = fieldsIn(entry, 'analysis')
      const state = textIn(analysis, 'state') ?? ''
      const references = listIn(entry, 'references')
        .filter(isFields)
        .map((one) => textIn(one, 'id'))
      return {
        ids: [textIn(entry, 'id'), ...references].filter((id) => id !== undefined),
        clears: clearing.includes(state),
        reason: textIn(analysis, 'detail') ?? (textIn(analysis, 'justification') ?? state).replaceAll('_', ' '),
        products: listIn(entry, 'affects')
          .filter(isFields)
          .map((one) => ({ name: nameOfRef(textIn(one, 'ref') ?? '', urls), parts: [] })),
      }
    })
}

/** A reference to a component here, or behind the `#` of a link to another document. */
function nameOfRef(ref: string, urls: ReadonlyMap<string, string>): string {
  const fragment = ref.startsWith('urn:cdx:') ? ref.slice(ref.indexOf('#') + 1) : ref
  let plain = fragment
  try {
    if (!fragment.startsWith('pkg:')) plain = decodeURIComponent(fragment)
  } catch {}
  return urls.get(ref) ?? urls.get(plain) ?? plain
}

/** A product is a package itself, or the image: then all its packages, or those that are named. */
function isAbout({ name, parts }: VexProduct, component: Component, image: ImageNames): boolean {
  if (parts.length === 0 && isPackage(name, component)) return true
  return isImage(name, image) && (parts.length === 0 || parts.some((part) => isPackage(part, component)))
}

/** What a package URL does not say, any package may have. */
function isPackage(name: string, component: Component): boolean {
  const [wanted, own] = [parsePackageUrl(name), parsePackageUrl(component.purl)]
  if (wanted === undefined || own === undefined) return false
  if (wanted.type !== own.type || fullName(wanted).toLowerCase() !== fullName(own).toLowerCase()) return false
  if (wanted.namespace !== '' && wanted.namespace.toLowerCase() !== own.namespace.toLowerCase()) return false
  if (wanted.version !== '' && wanted.version !== own.version) return false
  return ['arch', 'distro'].every((key) => {
    const value = wanted.qualifiers[key]
    return value === undefined || value === own.qualifiers[key]
  })
}

function isImage(name: string, { repository, digests }: ImageNames): boolean {
  if (digests.some((digest) => name.includes(digest))) return true
  const url = parsePackageUrl(name)
  if (url === undefined || (url.type !== 'oci' && url.type !== 'docker')) return false
  // A version is a digest: one that is not of this image is another image.
  const isOther = url.version.startsWith('sha256:')
  return !isOther && url.name.toLowerCase() === repository?.toLowerCase()
}
