import type { Package } from '../inventory/index.ts'
import { fullName, parsePackageUrl } from './purl.ts'

/** A package that is looked up. */
export interface Component {
  readonly purl: string
  /** The type of the package URL: `deb`, `npm`. */
  readonly type: string
  /** As its package manager writes it: `@babel/core`, `org.apache.logging.log4j:log4j-core`. */
  readonly name: string
  readonly version: string
  /** What it was built from, where that is known: distributions file vulnerabilities under it. */
  readonly source?: { readonly name: string; readonly version: string }
  /** The distribution it belongs to, as os-release and package URLs name it. */
  readonly distribution?: { readonly id: string; readonly version: string }
  /** The file that says it is there. */
  readonly path?: string
  readonly origin?: ComponentOrigin
  /** It is only there for development: what starts in production does not need it. */
  readonly development?: boolean
  /** A lock file names it, and it is not installed beside it. */
  readonly declared?: boolean
}

/** What brought a package. */
export interface ComponentOrigin {
  /** Diff id. */
  readonly layer?: string
  /** `Dockerfile:12` */
  readonly line?: string
  readonly stage?: string
  /** The command of the layer, from the history of the image. */
  readonly command?: string
  /** Who made what the layer only copies. */
  readonly maker?: ComponentMaker
}

/** An instruction of another stage, or, without a line, the name of an image that was copied from. */
export interface ComponentMaker {
  readonly line?: string
  readonly stage?: string
  readonly command: string
}

/** Packages of distributions; all others are of applications. */
export function isOfDistribution({ type }: Pick<Component, 'type'>): boolean {
  return type === 'deb' || type === 'apk' || type === 'rpm' || type === 'alpm'
}

/** A package of an inventory. */
export function componentOf(stated: Omit<Package, 'layer'>, origin?: ComponentOrigin): Component {
  const { type, name, version, source, purl, path, isDevelopment, isDeclared } = stated
  const distribution = distributionOf(purl)
  return {
    purl,
    type,
    name,
    version,
    path,
    ...(source === undefined ? {} : { source }),
    ...(distribution === undefined ? {} : { distribution }),
    ...(isDevelopment === true ? { development: true } : {}),
    ...(isDeclared === true ? { declared: true } : {}),
    ...(origin === undefined ? {} : { origin }),
  }
}

/** A package that is known by its package URL alone; undefined without a version or for what is no package URL. */
export function componentOfUrl(
  purl: string,
  more: Omit<Component, 'purl' | 'type' | 'name' | 'version' | 'distribution'> = {},
): Component | undefined {
  const url = parsePackageUrl(purl)
  if (url === undefined || url.version === '') return undefined
  const distribution = distributionOf(purl)
  const source = more.source ?? sourceIn(url.qualifiers['upstream'], url.version)
  return {
    purl,
    type: url.type,
    name: fullName(url),
    version: withEpoch(url.version, url.qualifiers['epoch']),
    ...more,
    ...(distribution === undefined ? {} : { distribution }),
    ...(source === undefined ? {} : { source }),
  }
}

/** `distro=debian-12`; package URLs of Red Hat's kind write the distribution as their namespace. */
function distributionOf(purl: string): Component['distribution'] {
  const url = parsePackageUrl(purl)
  if (url === undefined || !isOfDistribution(url)) return undefined
  const [, id, version = ''] = /^([a-z_-]+?)(?:-([\d.][\w.]*))?$/i.exec(url.qualifiers['distro'] ?? '') ?? []
  if (id !== undefined) return { id: id.toLowerCase(), version }
  return url.namespace === '' ? undefined : { id: url.namespace.toLowerCase(), version: '' }
}

/** `upstream=openssl` or `upstream=glibc@2.36-9`. */
function sourceIn(upstream: string | undefined, version: string): Component['source'] {
  const [, name, own] = /^([^@]+)(?:@(.+))?$/.exec(upstream ?? '') ?? []
  // Source packages of rpm are named with version and file ending.
  if (name === undefined || name.endsWith('.src.rpm')) return undefined
  return { name, version: own ?? version }
}

function withEpoch(version: string, epoch: string | undefined): string {
  return epoch === undefined || epoch === '0' || /^\d+:/.test(version) ? version : `${epoch}:${version}`
}
