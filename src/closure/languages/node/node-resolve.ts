import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import { asObject, type ImageFiles, pathFrom, upwards } from '../image-files.ts'
import { resolveExports, resolveImports } from './package-exports.ts'

/** Where a specifier leads by Node's rules (https://nodejs.org/api/modules.html, https://nodejs.org/api/esm.html). */
export type NodeResolution =
  | { readonly kind: 'file'; readonly path: string }
  /** Nothing has that name. */
  | { readonly kind: 'missing'; readonly wanted: string }
  /** The package is there, without the file that its package.json names or that was asked for. */
  | { readonly kind: 'incomplete'; readonly wanted: string; readonly package: string }
  /** The package does not let others have that file. */
  | { readonly kind: 'not-exported'; readonly wanted: string; readonly package: string }
  /** Not something that files decide: a URL, a data: module. */
  | { readonly kind: 'elsewhere' }

export interface ResolveFrom {
  /** The directory of the file that asks, links resolved. */
  readonly directory: string
  readonly how: 'require' | 'import'
  readonly files: ImageFiles
  /** Directories of NODE_PATH. */
  readonly nodePath: readonly string[]
  /** Besides `node`, `node-addons` and the way of asking. */
  readonly conditions: readonly string[]
}

const extensions = ['.js', '.json', '.node']

export function resolveModule(specifier: string, from: ResolveFrom): NodeResolution {
  if (/^(\.\.?(\/|$)|\/)/.test(specifier)) return resolvePath(pathFrom(from.directory, specifier), from, specifier)
  if (specifier.startsWith('file://')) return resolvePath(pathFrom('', decoded(specifier.slice(7))), from, specifier)
  if (/^[a-z][a-z0-9+.-]*:/.test(specifier) && from.how === 'import') return { kind: 'elsewhere' }
  if (specifier.startsWith('#')) return resolveOwnImport(specifier, from)
  return resolvePackage(specifier, from)
}

/** A path: as it is written for `import`, with extensions and as a directory for `require`. */
function resolvePath(path: string, from: ResolveFrom, wanted: string): NodeResolution {
  const plain = from.how === 'import' ? decoded(path.replace(/[?#].*$/, '')) : path
  const found =
    from.how === 'import'
      ? from.files.file(plain)
      : ((wanted.endsWith('/') ? undefined : asFile(plain, from.files)) ?? asDirectory(plain, from.files))
  return found === undefined ? { kind: 'missing', wanted } : { kind: 'file', path: found }
}

function asFile(path: string, files: ImageFiles): string | undefined {
  const exact = files.file(path)
  if (exact !== undefined) return exact
  for (const extension of extensions) {
    const found = files.file(path + extension)
    if (found !== undefined) return found
  }
  return undefined
}

/** LOAD_AS_DIRECTORY: `main` of package.json, then index. */
export function asDirectory(path: string, files: ImageFiles): string | undefined {
  if (files.directory(path) === undefined) return undefined
  const main = files.json(joinPath(path, 'package.json'))?.['main']
  if (typeof main === 'string' && main !== '') {
    const at = pathFrom(path, `./${main}`)
    const found = asFile(at, files) ?? asIndex(at, files)
    if (found !== undefined) return found
  }
  return asIndex(path, files)
}

function asIndex(path: string, files: ImageFiles): string | undefined {
  for (const extension of extensions) {
    const found = files.file(joinPath(path, `index${extension}`))
    if (found !== undefined) return found
  }
  return undefined
}

/** The nearest package.json at or above a directory: what decides `type`, `imports` and self references. */
export function packageScope(directory: string, files: ImageFiles): string | undefined {
  for (const at of upwards(directory)) {
    if (baseOf(at) === 'node_modules') return undefined
    if (files.file(joinPath(at, 'package.json')) !== undefined) return at
  }
  return undefined
}

function resolveOwnImport(specifier: string, from: ResolveFrom): NodeResolution {
  const scope = packageScope(from.directory, from.files)
  const field = scope === undefined ? undefined : packageJson(scope, from.files)?.['imports']
  if (scope === undefined || field === undefined) return { kind: 'missing', wanted: specifier }
  const mapped = resolveImports(field, specifier, conditionsOf(from))
  if (mapped.kind !== 'target') return { kind: 'not-exported', wanted: specifier, package: scope }
  if (mapped.target.startsWith('./')) return exactly(pathFrom(scope, mapped.target), { from, wanted: specifier, scope })
  return resolvePackage(mapped.target, { ...from, directory: scope })
}

function resolvePackage(specifier: string, from: ResolveFrom): NodeResolution {
  const name = packageName(specifier)
  if (name === undefined) return { kind: 'missing', wanted: specifier }
  const own = resolveSelf(specifier, name, from)
  if (own !== undefined) return own
  let broken: NodeResolution | undefined
  for (const root of packageRoots(from)) {
    const found = resolveBelow(root, { specifier, name, from })
    if (found?.kind === 'file' || found?.kind === 'not-exported') return found
    // `require` goes on looking further up, `import` stays with the first package of that name.
    broken ??= found
    if (broken !== undefined && from.how === 'import') return broken
  }
  return broken ?? { kind: 'missing', wanted: specifier }
}

interface Wanted {
  readonly specifier: string
  readonly name: string
  readonly from: ResolveFrom
}

function resolveBelow(root: string, { specifier, name, from }: Wanted): NodeResolution | undefined {
  const { files, how } = from
  const directory = joinPath(root, name)
  const subpath = `.${specifier.slice(name.length)}`
  if (files.directory(directory) === undefined) {
    // `require('x')` also takes node_modules/x.js.
    const file = how === 'require' ? asFile(joinPath(root, specifier), files) : undefined
    return file === undefined ? undefined : { kind: 'file', path: file }
  }
  const manifest = packageJson(directory, files)
  const scope = directory
  const field = manifest?.['exports']
  if (field !== undefined && field !== null) {
    return resolveExported(field, subpath, { from, wanted: specifier, scope })
  }
  const at = pathFrom(directory, subpath)
  const found =
    subpath === '.'
      ? asDirectory(directory, files)
      : how === 'import'
        ? files.file(decoded(at))
        : (asFile(at, files) ?? asDirectory(at, files))
  return found === undefined
    ? { kind: 'incomplete', wanted: specifier, package: directory }
    : { kind: 'file', path: found }
}

interface Exported {
  readonly from: ResolveFrom
  readonly wanted: string
  readonly scope: string
}

function resolveExported(field: unknown, subpath: string, { from, wanted, scope }: Exported): NodeResolution {
  const mapped = resolveExports(field, subpath, conditionsOf(from))
  return mapped.kind === 'target'
    ? exactly(pathFrom(scope, mapped.target), { from, wanted, scope })
    : { kind: 'not-exported', wanted, package: scope }
}

/** What exports and imports name is taken as it is written. */
function exactly(path: string, { from, wanted, scope }: Exported): NodeResolution {
  const found = from.files.file(decoded(path))
  return found === undefined ? { kind: 'incomplete', wanted, package: scope } : { kind: 'file', path: found }
}

/** PACKAGE_SELF_RESOLVE: a package that has `exports` may name itself. */
function resolveSelf(specifier: string, name: string, from: ResolveFrom): NodeResolution | undefined {
  const scope = packageScope(from.directory, from.files)
  const manifest = scope === undefined ? undefined : packageJson(scope, from.files)
  if (scope === undefined || manifest?.['name'] !== name || manifest['exports'] == null) return undefined
  return resolveExported(manifest['exports'], `.${specifier.slice(name.length)}`, { from, wanted: specifier, scope })
}

function* packageRoots({ directory, how, nodePath }: ResolveFrom): Generator<string> {
  for (const at of upwards(directory)) if (baseOf(at) !== 'node_modules') yield joinPath(at, 'node_modules')
  if (how === 'require') yield* nodePath
}

function conditionsOf({ how, conditions }: ResolveFrom): ReadonlySet<string> {
  return new Set(['node', how, 'node-addons', ...conditions])
}

/** `name` or `@scope/name` at the beginning of a specifier. */
export function packageName(specifier: string): string | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
  return name === undefined || /^\.\.?$/.test(name) || (name.startsWith('@') && !name.includes('/')) ? undefined : name
}

export function packageJson(directory: string, files: ImageFiles): Readonly<Record<string, unknown>> | undefined {
  return asObject(files.json(joinPath(directory, 'package.json')))
}

/** The package a file belongs to: the directory below the last `node_modules`, or the nearest with a package.json. */
export function owningPackage(path: string, files: ImageFiles): string | undefined {
  const inside = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]
  return inside ?? packageScope(parentOf(path), files)
}

function decoded(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
