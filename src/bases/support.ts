import type { Reference } from '../oci/index.ts'
import type { Product, Release } from './catalogue/product.ts'
import { products } from './catalogue/products.ts'
import { codenameOf } from './codenames.ts'
import { isNamed } from './image-name.ts'
import { parseTag, type NamedVersion } from './tag-version.ts'

/** A release of something that an image holds. */
export interface Support {
  readonly product: Product
  readonly release: Release
}

/** How far along its life a release is on a day. */
export type SupportState =
  /** Days until the end; absent while no end is known. */
  | { readonly kind: 'supported'; readonly daysLeft?: number }
  /** The ordinary support is over; a longer one, open to everybody, is not. */
  | { readonly kind: 'extended'; readonly since: string; readonly daysLeft: number }
  | { readonly kind: 'ended'; readonly since: string }

const byName: ReadonlyMap<string, Product> = new Map(products.map((product) => [product.name, product]))

/** The product whose versions the tags of a repository are. */
export function productOf(reference: Pick<Reference, 'registry' | 'repository'>): Product | undefined {
  const fits = products.filter(({ images }) => images.some((name) => isNamed(reference, name)))
  // quay.io/centos/centos and centos both fit the first: the longer name says more.
  return fits.sort((a, b) => longest(b) - longest(a))[0]
}

/** The releases that an image holds as its name tells: of what it is, and of the distribution that it stands on. */
export function supportOf(reference: Pick<Reference, 'registry' | 'repository' | 'tag'>): readonly Support[] {
  const own = releaseOfTag(reference)
  const version = reference.tag === undefined ? undefined : parseTag(reference.tag)
  const inTag =
    version === undefined || version.platforms.length === 0 ? codenamesOfTag(reference, own) : version.platforms
  const platforms = [...inTag, ...platformsOfName(reference.repository)]
  return [...(own === undefined ? [] : [own]), ...platforms.flatMap((platform) => platformSupport(platform) ?? [])]
}

/** The release that a tag of a repository names; undefined when nothing is known about it. */
export function releaseOfTag(reference: Pick<Reference, 'registry' | 'repository' | 'tag'>): Support | undefined {
  const product = productOf(reference)
  const { tag, repository } = reference
  if (product === undefined) return undefined
  // ubi8/ubi:8.9 and ubi8:latest say the same.
  const inName = /(?:^|\/)ubi(\d+)(?:\/|-|$)/.exec(repository)?.[1]
  const version = tag === undefined ? undefined : parseTag(tag.replace(/^stream(?=\d)/, ''))
  if (inName !== undefined) return named(product, [Number(inName)])
  if (version === undefined || version.unfinished !== undefined || version.family === 'date') return undefined
  if (version.family !== undefined && version.family !== product.name) return undefined
  return named(product, version.release)
}

/** Where a release is in its life on a day, `YYYY-MM-DD`. */
export function supportState({ product, release }: Support, today: string): SupportState {
  const { end, extended } = release
  if (end === undefined) return { kind: 'supported' }
  if (today <= end) return { kind: 'supported', daysLeft: daysBetween(today, end) }
  if (product.extendedFor !== 'everybody' || extended === undefined) return { kind: 'ended', since: end }
  return today <= extended
    ? { kind: 'extended', since: end, daysLeft: daysBetween(today, extended) }
    : { kind: 'ended', since: extended }
}

/** The day of a time in milliseconds since 1970, in UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function longest({ images }: Product): number {
  return Math.max(...images.map((name) => name.length))
}

/** The release with the longest name that the version begins with: 3.12.1 is of 3.12, 9.6.24 of 9.6, 16.1 of 16. */
function named(product: Product, version: readonly number[]): Support | undefined {
  for (let length = version.length; length > 0; length -= 1) {
    const release = product.releases.find(({ name }) => name === nameOf(product, version.slice(0, length)))
    if (release !== undefined) return { product, release }
  }
  return undefined
}

/** Ubuntu writes its months with two digits; a codename stands for the number that it begins with. */
function nameOf({ name }: Product, [first = 0, ...rest]: readonly number[]): string {
  if (name !== 'ubuntu' && name !== 'amazonlinux') return [first, ...rest].join('.')
  const [whole, fraction] = String(first).split('.')
  const tail = fraction === undefined ? rest.map(twoDigits) : [fraction.padEnd(2, '0')]
  return [whole, ...tail].join('.')
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

/** `rust:buster`, `node:lts-bullseye-slim`: the distribution is all of the version that the tag has. */
function codenamesOfTag({ tag = '' }: Pick<Reference, 'tag'>, own: Support | undefined): readonly NamedVersion[] {
  return tag.split('-').flatMap((word) => {
    const codename = codenameOf(word)
    if (codename === undefined || !(codename.family in productOfPlatform)) return []
    return own?.product.name === codename.family
      ? []
      : [{ name: codename.family, version: [codename.rank], codename: true }]
  })
}

const productOfPlatform: Readonly<Record<string, string>> = {
  nodejs: 'node',
  alpine: 'alpine',
  debian: 'debian',
  ubuntu: 'ubuntu',
  ubi: 'rhel',
  rhel: 'rhel',
  fedora: 'fedora',
  fc: 'fedora',
  rockylinux: 'rockylinux',
  rocky: 'rockylinux',
  almalinux: 'almalinux',
  ol: 'oraclelinux',
  oraclelinux: 'oraclelinux',
  leap: 'opensuse-leap',
}

function platformSupport({ name, version }: NamedVersion): Support | undefined {
  const product = byName.get(productOfPlatform[name] ?? '')
  return product === undefined ? undefined : named(product, version)
}

/** `distroless/nodejs20-debian12`, `ubi8/nodejs-18`: the release stands in the name. */
function platformsOfName(repository: string): readonly NamedVersion[] {
  const parts = repository.split(/[/-]/)
  return parts.flatMap((part): readonly NamedVersion[] => {
    const [, name = '', version = ''] = /^(debian|ubuntu|alpine|ubi|nodejs)(\d+(?:\.\d+)*)$/.exec(part) ?? []
    if (name === '' || (name === 'ubi' && repository.endsWith('/ubi'))) return []
    return [{ name, version: version.split('.').map(Number), codename: false }]
  })
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}
