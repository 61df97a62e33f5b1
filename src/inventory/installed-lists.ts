import type { PackageFacts } from './package.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * The packages of Composer's `vendor/composer/installed.json`, of its first and second form; those that only development needs
 * are marked.
 */
export function readComposerInstalled(text: string): readonly PackageFacts[] {
  const value = parse(text)
  const list = Array.isArray(value) ? value : (value as Members)['packages']
  const development = new Set(arrayOf((value as Members)['dev-package-names']))
  return arrayOf(list).flatMap((one) => composerPackage(one, development.has((one as Members)?.['name'])))
}

/** The packages of a `composer.lock`. */
export function readComposerLock(text: string): readonly PackageFacts[] {
  const value = parse(text) as Members
  return [
    ...arrayOf(value['packages']).flatMap((one) => composerPackage(one, false)),
    ...arrayOf(value['packages-dev']).flatMap((one) => composerPackage(one, true)),
  ]
}

function composerPackage(value: unknown, isDevelopment: boolean): readonly PackageFacts[] {
  const { name, version, license } = (value ?? {}) as Members
  if (typeof name !== 'string' || typeof version !== 'string' || name === '') return []
  const licenses = arrayOf(license).filter((one) => typeof one === 'string')
  return [
    {
      type: 'composer',
      name,
      // Tags of Git often begin with a v that Composer ignores.
      version: version.replace(/^v(?=\d)/, ''),
      ...(licenses.length === 0 ? {} : { licenses }),
      ...(isDevelopment ? { isDevelopment } : {}),
    },
  ]
}

/** The packages that `*.deps.json` of a .NET program names; the program itself and parts of its project are none. */
export function readDotnetDependencies(text: string): readonly PackageFacts[] {
  const libraries = Object.entries(((parse(text) as Members)['libraries'] ?? {}) as Members)
  return libraries.flatMap(([key, value]) => {
    const [name = '', version = ''] = key.split('/')
    const isPackage = (value as Members | null)?.['type'] === 'package'
    return isPackage && name !== '' && version !== '' ? [{ type: 'nuget' as const, name, version }] : []
  })
}

/** The packages of a `package-lock.json` or `npm-shrinkwrap.json` of any version, without links and the project itself. */
export function readNpmLock(text: string): readonly PackageFacts[] {
  const value = parse(text) as Members
  const { packages, dependencies } = value
  if (typeof packages === 'object' && packages !== null)
    return Object.entries(packages).flatMap(([place, one]) => lockedPackage(place, one as Members))
  return nestedDependencies(dependencies)
}

function lockedPackage(place: string, one: Members): readonly PackageFacts[] {
  const at = place.lastIndexOf('node_modules/')
  if (at < 0 || one['link'] === true) return []
  const own = typeof one['name'] === 'string' ? one['name'] : place.slice(at + 'node_modules/'.length)
  return npmPackage(own, one)
}

/** The form of npm before 7. */
function nestedDependencies(value: unknown): readonly PackageFacts[] {
  return Object.entries((value ?? {}) as Members).flatMap(([name, one]) => [
    ...npmPackage(name, one as Members),
    ...nestedDependencies((one as Members)['dependencies']),
  ])
}

function npmPackage(name: string, { version, license, dev }: Members): readonly PackageFacts[] {
  if (typeof version !== 'string' || !/^\d/.test(version)) return []
  return [
    {
      type: 'npm',
      name,
      version,
      ...(typeof license === 'string' ? { licenses: [license] } : {}),
      ...(dev === true ? { isDevelopment: true } : {}),
    },
  ]
}

/** Places below a `node_modules` of packages that only development needs, as npm notes them in `.package-lock.json`. */
export function developmentPlaces(text: string): readonly string[] {
  const packages = ((parse(text) as Members)['packages'] ?? {}) as Members
  return Object.entries(packages).flatMap(([place, one]) => ((one as Members | null)?.['dev'] === true ? [place] : []))
}

/** Throws SyntaxError, also where there is no object to look into. */
function parse(text: string): unknown {
  const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
  if (typeof value !== 'object' || value === null) throw new SyntaxError('not an object')
  return value
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
