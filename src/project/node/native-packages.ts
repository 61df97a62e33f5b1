import { groupBy } from '../group-by.ts'
import type { NodeManifest } from '../project.ts'
import type { LockedPackage } from './lock-files.ts'
import { knownNative } from './known-native.ts'

type Native = NodeManifest['native'][number]

/**
 * The packages with machine code that an installation of the manifest brings, by name. The lock file tells by what its
 * packages use to find or build an addon; where it lists nothing, the manifest and a list of well-known packages do.
 */
export function nativePackages(
  manifest: Omit<NodeManifest, 'native'>,
  locked: readonly LockedPackage[],
): readonly Native[] {
  const byName = groupBy(locked, ({ name }) => name)
  const wanted = reached([...manifest.dependencies.keys(), ...manifest.optionalDependencies.keys()], byName)
  // The installation at the root of a workspace brings what its members want.
  const all = manifest.workspaces.length > 0 ? [...byName.keys()] : []
  const development = reached([...manifest.devDependencies.keys(), ...all], byName)
  const found = new Map<string, Native>()
  for (const name of new Set([...wanted, ...development])) {
    const packages = byName.get(name) ?? []
    const told = packages.length > 0 ? packages.find((each) => evidence(each) !== undefined) : undefined
    const versionText = told?.version ?? packages[0]?.version ?? versionIn(manifest, name)
    const known = knownNative(name, versionText)
    const reason = known?.reason ?? (told === undefined ? undefined : evidence(told))
    if (reason === undefined) continue
    const dev = !wanted.has(name) && !(all.length > 0 && packages.some((each) => each.dev === false))
    found.set(name, { name, reason, dev, coversBothLibcs: known?.coversBothLibcs ?? false })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function versionIn(manifest: Omit<NodeManifest, 'native'>, name: string): string | undefined {
  return (
    manifest.dependencies.get(name) ?? manifest.optionalDependencies.get(name) ?? manifest.devDependencies.get(name)
  )
}

/** The names and all that they depend on. Versions do not matter: a package seldom loses its addon between two. */
function reached(roots: readonly string[], byName: ReadonlyMap<string, readonly LockedPackage[]>): ReadonlySet<string> {
  const seen = new Set(roots)
  for (const name of seen) {
    for (const each of byName.get(name) ?? []) for (const dependency of each.dependencies) seen.add(dependency)
  }
  return seen
}

/** Packages that exist to find, fetch or compile an addon. */
const loaders = new Set([
  'node-gyp',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'prebuild-install',
  'node-pre-gyp',
  '@mapbox/node-pre-gyp',
  '@discordjs/node-pre-gyp',
  'node-addon-api',
  'nan',
  'bindings',
  'pkg-prebuilds',
  'cmake-js',
  'node-cmake',
])

function evidence({ name, dependencies, installScript, os, libc }: LockedPackage): string | undefined {
  // The loaders use each other.
  if (loaders.has(name)) return undefined
  if (libc.length > 0 && os.includes('linux')) return `is made for ${libc.join(' and ')}`
  const loader = dependencies.find((dependency) => loaders.has(dependency))
  if (loader === undefined) return undefined
  return installScript ? `installs machine code with ${loader}` : `loads machine code with ${loader}`
}
