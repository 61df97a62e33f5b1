import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { Gap } from '../../closure.ts'
import { asObject, type ImageFiles, pathFrom, upwards } from '../image-files.ts'
import type { AddonRequest, FoundImports, When } from './find-imports.ts'
import { addonFiles, namedPlatform, type NativePlatform, platformName, suits } from './native-platform.ts'
import { owningPackage, packageJson } from './node-resolve.ts'

/** The native addons that a file leads to, and the gap where there is none for the platform of the image. */
export interface FoundAddons {
  readonly loads: readonly string[]
  readonly gap?: Gap
}

export interface AddonSearch {
  /** The file that asks. */
  readonly path: string
  /** How that file itself is asked for. */
  readonly when: When
  readonly files: ImageFiles
  readonly platform: NativePlatform
}

const nothing: FoundAddons = { loads: [] }

/** What `bindings`, `node-gyp-build` or `node-pre-gyp` would load. */
export function requestedAddon(request: AddonRequest, search: AddonSearch): FoundAddons {
  switch (request.by) {
    case 'bindings':
      return byBindings(request, search)
    case 'node-gyp-build':
      return byNodeGypBuild(request, search)
    case 'node-pre-gyp':
      return byNodePreGyp(search)
  }
}

/** https://github.com/TooTallNate/node-bindings: the places where compilers leave addons. */
const builtPlaces = [
  'build',
  'build/Debug',
  'build/Release',
  'out/Debug',
  'Debug',
  'out/Release',
  'Release',
  'build/default',
]

function byBindings({ name }: AddonRequest, search: AddonSearch): FoundAddons {
  const { files, path } = search
  const root = [...upwards(parentOf(path))].find((at) => files.file(joinPath(at, 'package.json')) !== undefined)
  if (root === undefined || name === undefined) return nothing
  const file = name.endsWith('.node') ? name : `${name}.node`
  const found = builtPlaces
    .map((place) => files.file(pathFrom(root, `${place}/${file}`)))
    .find((at) => at !== undefined)
  if (found !== undefined) return { loads: [found] }
  const elsewhere = ['compiled', 'lib/binding', 'addon-build'].some(
    (at) => files.directory(pathFrom(root, at)) !== undefined,
  )
  return elsewhere ? nothing : { loads: [], gap: notBuilt({ root, wanted: `build/Release/${file}`, search }) }
}

function byNodeGypBuild({ name }: AddonRequest, search: AddonSearch): FoundAddons {
  const { files, platform } = search
  if (name === undefined) return nothing
  const root = files.directory(pathFrom('', name))
  if (root === undefined) return nothing
  const built = ['build/Release', 'build/Debug'].flatMap((at) => addonFiles(joinPath(root, at), files, 0))
  if (built.length > 0) return { loads: built.slice(0, 1) }
  const tuples = files.names(joinPath(root, 'prebuilds'))
  const ours = tuples.filter((tuple) => {
    const [system, arch = ''] = tuple.split('-')
    return system === 'linux' && arch.split('+').includes(platform.arch)
  })
  const candidates = ours.flatMap((tuple) => addonFiles(pathFrom(root, `prebuilds/${tuple}`), files, 0))
  const fitting = candidates.filter((path) => fits(baseOf(path), platform))
  const [best] = [...fitting].sort(
    (a, b) => Number(b.includes(platform.libc ?? '')) - Number(a.includes(platform.libc ?? '')),
  )
  if (best !== undefined) return { loads: [best] }
  const packaged = platformPackages(root, search)
  if (packaged.fitting.length > 0) return { loads: packaged.fitting.flatMap((at) => addonFiles(at, files)) }
  const there = [
    ...(candidates.length > 0 ? candidates.map((path) => path.slice(root.length + 11)) : tuples),
    ...packaged.others,
  ]
  return { loads: [], gap: notBuilt({ root, wanted: platformName(platform), search, there }) }
}

/** The tags in names of node-gyp-build's prebuilt files: `node.abi115.musl.node`, `node.napi.node`. */
function fits(name: string, { libc, moduleVersion }: NativePlatform): boolean {
  const tags = name.split('.')
  if (tags.includes('electron') || tags.includes('node-webkit')) return false
  if (libc !== undefined && tags.includes(libc === 'musl' ? 'glibc' : 'musl')) return false
  const abi = tags.find((tag) => /^abi\d+$/.test(tag))
  return abi === undefined || tags.includes('napi') || moduleVersion === undefined || abi === `abi${moduleVersion}`
}

function byNodePreGyp(search: AddonSearch): FoundAddons {
  const root = owningPackage(search.path, search.files)
  const binary = root === undefined ? undefined : asObject(packageJson(root, search.files)?.['binary'])
  const place = binary?.['module_path']
  if (root === undefined || typeof place !== 'string') return nothing
  const fixed = place
    .replace(/^\.\//, '')
    .split('/')
    .slice(
      0,
      place.split('/').findIndex((part) => part.includes('{')),
    )
  const loads = addonFiles(pathFrom(root, fixed.join('/')), search.files, 4)
  if (loads.length > 0) return { loads: loads.filter((path) => suits(path.slice(root.length), search.platform)) }
  return { loads, gap: notBuilt({ root, wanted: place, search }) }
}

/** Packages of which one per platform is meant to be installed: `@img/sharp-linux-x64`, `@next/swc-linux-x64-musl`. */
function platformPackages(root: string, { files, platform }: AddonSearch) {
  const optional = Object.keys(asObject(packageJson(root, files)?.['optionalDependencies']) ?? {})
  const family = optional.filter((name) => namedPlatform(name) !== undefined)
  const withMusl = family.some((name) => namedPlatform(name)?.libc === 'musl')
  const installed = family.flatMap((name) => {
    const at = installedAt(root, name, files)
    return at === undefined ? [] : [{ name, at }]
  })
  const suitsHere = (name: string): boolean =>
    suits(name, platform) &&
    !(
      withMusl &&
      platform.libc === 'musl' &&
      namedPlatform(name)?.libc === undefined &&
      namedPlatform(name)?.system === 'linux'
    )
  return {
    family,
    fitting: installed.filter(({ name }) => suitsHere(name)).map(({ at }) => at),
    others: installed.filter(({ name }) => !suitsHere(name)).map(({ name }) => name),
  }
}

function installedAt(root: string, name: string, files: ImageFiles): string | undefined {
  for (const at of upwards(root)) {
    const found = files.directory(pathFrom(at, `node_modules/${name}`))
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * A file that loads an addon from one package per platform, and throws when there is none: the loaders that napi-rs writes,
 * sharp's. What their many guarded `require` calls find counts only when it is for this platform.
 */
export function platformLoader(text: string, found: FoundImports, search: AddonSearch): FoundAddons {
  const { files, path, when, platform } = search
  const root = owningPackage(path, files)
  if (root === undefined || !(found.throws || found.computed.length > 0)) return nothing
  const { family, fitting, others } = platformPackages(root, search)
  const mentioned = family.length > 1 && text.includes(commonBeginning(family))
  const local = found.requests.filter(
    ({ specifier }) => specifier.endsWith('.node') && namedPlatform(specifier) !== undefined,
  )
  if (!mentioned && local.length < 2) return nothing
  const beside = local
    .filter(({ specifier }) => suits(specifier, platform))
    .flatMap(({ specifier }) => files.file(pathFrom(parentOf(path), specifier)) ?? [])
  const loads = [...beside, ...fitting.flatMap((at) => addonFiles(at, files))]
  const compiled = addonFiles(pathFrom(root, 'build/Release'), files).concat(
    addonFiles(pathFrom(root, 'src/build/Release'), files),
  )
  if (loads.length > 0 || fitting.length > 0) return { loads }
  if (compiled.length > 0 || others.some((name) => name.includes('wasm32'))) return { loads: compiled }
  if (!found.throws || when === 'guarded' || !mentioned) return nothing
  return { loads, gap: notBuilt({ root, wanted: platformName(platform), search, there: others }) }
}

function commonBeginning(names: readonly string[]): string {
  const [first = ''] = names
  let length = first.length
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, length)
}

interface NotBuilt {
  readonly root: string
  readonly wanted: string
  readonly search: AddonSearch
  /** What there is for other platforms. */
  readonly there?: readonly string[]
}

function notBuilt({ root, wanted, search, there = [] }: NotBuilt): Gap {
  const name = root.replace(/^.*node_modules\//, '')
  const found = there.length === 0 ? '' : `; there is ${listed(there)}`
  return {
    kind: 'native-module',
    severity: search.when === 'start' ? 'error' : 'warning',
    message: `${name} has no native addon for this image: ${wanted} is needed${found}`,
    file: search.path,
    needs: wanted,
    hint:
      there.length === 0
        ? `install ${name} with its install scripts in a stage of the same base`
        : 'install the packages in a stage that has the same C library and architecture as this one',
  }
}

function listed(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')
}
