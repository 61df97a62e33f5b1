import type { Component } from './component.ts'

/** Ecosystems of OSV by the type of the package URLs that their packages have. */
const types: Readonly<Record<string, string>> = {
  Debian: 'deb',
  Ubuntu: 'deb',
  Alpine: 'apk',
  Wolfi: 'apk',
  Chainguard: 'apk',
  AlmaLinux: 'rpm',
  'Rocky Linux': 'rpm',
  'Red Hat': 'rpm',
  openSUSE: 'rpm',
  SUSE: 'rpm',
  Mageia: 'rpm',
  openEuler: 'rpm',
  'Photon OS': 'rpm',
  'Azure Linux': 'rpm',
  npm: 'npm',
  PyPI: 'pypi',
  RubyGems: 'gem',
  Go: 'golang',
  Maven: 'maven',
  'crates.io': 'cargo',
  NuGet: 'nuget',
  Packagist: 'composer',
}

/** Names of OSV's dumps that scans can use. */
export const knownEcosystems: readonly string[] = Object.keys(types)

/** `Debian` of `Debian:12`: its records are in one dump. */
export function familyOf(ecosystem: string): string {
  return ecosystem.split(':')[0] ?? ecosystem
}

/** The type of package URLs of an ecosystem; undefined for one whose versions nobody here can order. */
export function typeOfEcosystem(ecosystem: string): string | undefined {
  const family = familyOf(ecosystem)
  return Object.hasOwn(types, family) ? types[family] : undefined
}

/** A name as records and packages are compared: package managers treat capitals and signs differently. */
export function packageKey(type: string, name: string): string {
  if (type === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-')
  return ['golang', 'nuget', 'composer', 'cargo'].includes(type) ? name.toLowerCase() : name
}

/** Under what a package is looked up. */
export interface Lookup {
  /** All of them: some vendors split a release. */
  readonly ecosystems: readonly string[]
  /** As `packageKey` writes it. */
  readonly name: string
  readonly version: string
}

/** A sentence fragment when nobody publishes records for it: `packages of arch`. */
export function lookupOf(component: Component): Lookup | { readonly reason: string } {
  const { type, name, version, source } = component
  const ecosystems = ecosystemsOf(component)
  if (typeof ecosystems === 'string') return { reason: ecosystems }
  // Debian, Ubuntu and Alpine file vulnerabilities under source packages; vendors with rpm under the packages themselves.
  const known = type === 'rpm' ? undefined : source
  return {
    ecosystems,
    name: packageKey(type, known?.name ?? name),
    version: (known?.version ?? version).replace(/^go(?=\d)/, ''),
  }
}

function ecosystemsOf({ type, distribution }: Component): readonly string[] | string {
  const family = Object.entries(types).find(([, one]) => one === type)?.[0]
  if (family === undefined) return `packages of type ${type}`
  if (type !== 'deb' && type !== 'apk' && type !== 'rpm') return [family]
  if (distribution === undefined) return `${type} packages of an unknown distribution`
  const { id, version } = distribution
  const found = Object.hasOwn(releases, id) ? releases[id]?.(version) : undefined
  return found ?? `packages of ${version === '' ? `${id} without a release` : `${id} ${version}`}`
}

type Releases = (version: string) => readonly string[] | undefined

const withMajor =
  (family: string): Releases =>
  (version) => {
    const major = /^\d+/.exec(version)?.[0]
    return major === undefined ? undefined : [`${family}:${major}`]
  }
const withVersion =
  (family: string): Releases =>
  (version) =>
    version === '' ? undefined : [`${family}:${version}`]
const rolling =
  (family: string): Releases =>
  () => [family]

/** By `ID` of os-release; what they give is written as in OSV's ecosystems.txt. */
const releases: Readonly<Record<string, Releases>> = {
  debian: withMajor('Debian'),
  ubuntu: (version) => {
    if (!/^\d+\.\d+$/.test(version)) return undefined
    // Releases of April in even years get support for long.
    const isLong = /^\d*[02468]\.04$/.test(version)
    return [`Ubuntu:${version}${isLong ? ':LTS' : ''}`]
  },
  alpine: (version) => {
    const branch = /^\d+\.\d+/.exec(version)?.[0]
    return branch === undefined || /_alpha|edge/.test(version) ? undefined : [`Alpine:v${branch}`]
  },
  wolfi: rolling('Wolfi'),
  chainguard: rolling('Chainguard'),
  almalinux: withMajor('AlmaLinux'),
  rocky: withMajor('Rocky Linux'),
  'opensuse-leap': (version) => (version === '' ? undefined : [`openSUSE:Leap ${version}`]),
  mageia: withMajor('Mageia'),
  photon: withVersion('Photon OS'),
  azurelinux: withMajor('Azure Linux'),
  rhel: (version) => {
    const major = /^\d+/.exec(version)?.[0]
    return major === undefined
      ? undefined
      : ['baseos', 'appstream', 'crb'].map((part) => `Red Hat:enterprise_linux:${major}::${part}`)
  },
}
