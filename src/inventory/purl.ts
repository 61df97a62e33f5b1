import type { Distribution } from './os-release.ts'
import type { PackageFacts } from './package.ts'

/** What a package URL is made of; see `packageUrl`. */
interface UrlParts {
  readonly namespace: readonly string[]
  readonly name: string
  readonly qualifiers: Readonly<Record<string, string | undefined>>
}

/**
 * The package URL of a package (https://github.com/package-url/purl-spec): types have their own rules for names, packages of
 * a distribution name it as namespace and qualifier. Qualifiers are sorted.
 */
export function packageUrl(facts: PackageFacts, distribution: Distribution | undefined): string {
  const { namespace, name, qualifiers } = partsOf(facts, distribution)
  const path = [facts.type, ...namespace, name].map(encodePart).join('/')
  const query = Object.entries({ ...qualifiers, ...facts.qualifiers })
    .filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${encodePart(value)}`)
    .join('&')
  // The epoch of rpm is a qualifier there.
  const version = facts.type === 'rpm' ? facts.version.replace(/^\d+:/, '') : facts.version
  return `pkg:${path}@${encodePart(version)}${query === '' ? '' : `?${query}`}`
}

function partsOf(facts: PackageFacts, distribution: Distribution | undefined): UrlParts {
  const { type, name, architecture } = facts
  switch (type) {
    case 'rpm': {
      const { id = '', version = '' } = distribution ?? {}
      const epoch = epochOf(facts)
      const qualifiers = {
        arch: architecture,
        epoch,
        distro: id === '' ? undefined : `${id}-${version}`.replace(/-$/, ''),
      }
      return { namespace: id === '' ? [] : [id.toLowerCase()], name, qualifiers }
    }
    case 'deb':
    case 'apk': {
      const distro = distribution === undefined ? undefined : `${distribution.id}-${distribution.version}`
      const namespace = distribution?.id ?? (type === 'deb' ? 'debian' : 'alpine')
      const qualifiers = { arch: architecture, distro: distro?.replace(/-$/, '') }
      return { namespace: [namespace.toLowerCase()], name: name.toLowerCase(), qualifiers }
    }
    case 'npm':
      return { ...split(name), qualifiers: {} }
    case 'golang':
      return { ...split(name.toLowerCase()), qualifiers: {} }
    case 'pypi':
      return { namespace: [], name: name.toLowerCase().replaceAll('_', '-'), qualifiers: {} }
    case 'composer':
      return { ...split(name.toLowerCase()), qualifiers: {} }
    case 'maven': {
      const [group, artifact] = name.includes(':') ? name.split(':') : ['', name]
      return { namespace: group === '' ? [] : [group ?? ''], name: artifact ?? '', qualifiers: {} }
    }
    case 'cargo':
    case 'nuget':
      return { namespace: [], name, qualifiers: {} }
    case 'gem':
      return { namespace: [], name, qualifiers: { platform: architecture } }
  }
}

function epochOf({ version }: PackageFacts): string | undefined {
  return /^(\d+):/.exec(version)?.[1]
}

function split(name: string): Pick<UrlParts, 'namespace' | 'name'> {
  const segments = name.split('/')
  return { namespace: segments.slice(0, -1), name: segments.at(-1) ?? '' }
}

/** Letters, digits, `.-_~` and the colon stay; everything else is a percent-encoded byte. */
function encodePart(text: string): string {
  // Lone surrogates stand for bytes that are no UTF-8, and encodeURIComponent refuses them.
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')
}
