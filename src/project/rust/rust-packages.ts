import { once } from '../../core/index.ts'
import { at, entries, parseTomlTable, type Table, table, text, texts } from '../decode.ts'
import type { RustPackage } from '../project.ts'
import { ancestorsOf, directoryOf, pathIn, type ProjectFiles } from '../project-files.ts'
import { type CrateUse, linkedLibraries, speaksTls } from './linked-libraries.ts'

const most = 200
const lockLimit = 8 << 20

/** Every Cargo.toml of the project, members of workspaces included. */
export function rustPackages(files: ProjectFiles): readonly RustPackage[] {
  const roots = new Map(
    files
      .named('Cargo.toml')
      .slice(0, most)
      .map(({ path }) => [directoryOf(path), parseTomlTable(files.text(path))] as const),
  )
  return [...roots].flatMap(([directory, root]) =>
    root === undefined ? [] : [rustPackage(files, { directory, root, workspace: workspaceOf(roots, directory) })],
  )
}

interface Found {
  readonly directory: string
  readonly root: Table
  /** The root of the workspace that it belongs to: itself, where there is none above it. */
  readonly workspace: { readonly directory: string; readonly root: Table }
}

function workspaceOf(
  roots: ReadonlyMap<string, Table | undefined>,
  directory: string,
): { readonly directory: string; readonly root: Table } {
  const above = ancestorsOf(directory).find((each) => table(roots.get(each)?.workspace) !== undefined) ?? directory
  return { directory: above, root: roots.get(above) ?? {} }
}

function rustPackage(files: ProjectFiles, { directory, root, workspace }: Found): RustPackage {
  const name = text(at(root, 'package', 'name'))
  const uses = usesOf(root, workspace.root)
  const lockPath = pathIn(workspace.directory, 'Cargo.lock') ?? ''
  const locked = once(() => lockedNames(files.large(lockPath, lockLimit)))
  const libraries = once(() => linkedLibraries(uses, locked()))
  return {
    directory,
    ...(name === undefined ? {} : { name }),
    binaries: binariesOf(files, directory, { root, name }),
    dependencies: uses.map((use) => use.name),
    hasLock: files.file(lockPath)?.kind === 'file',
    isWorkspace: table(root.workspace) !== undefined,
    strips: stripsIn(workspace.root),
    usesTls: speaksTls(uses),
    get libraries() {
      return libraries()
    },
  }
}

/** `[[bin]]`, `src/main.rs`, `src/bin/NAME.rs`, `src/bin/NAME/main.rs`. */
function binariesOf(
  files: ProjectFiles,
  directory: string,
  { root, name }: { readonly root: Table; readonly name: string | undefined },
): readonly string[] {
  const named = Array.isArray(root.bin) ? root.bin.flatMap((bin) => text(table(bin)?.name) ?? []) : []
  const hasMain = files.file(pathIn(directory, 'src/main.rs') ?? '') !== undefined
  const mainIsNamed = Array.isArray(root.bin) && root.bin.some((bin) => text(table(bin)?.path) === 'src/main.rs')
  const bin = pathIn(directory, 'src/bin') ?? ''
  const found = files.below(bin).flatMap(({ path, kind }) => {
    const relative = path.slice(bin.length + 1)
    const own = /^([^/]+)\.rs$/.exec(relative)?.[1] ?? /^([^/]+)\/main\.rs$/.exec(relative)?.[1]
    return kind === 'file' && own !== undefined ? [own] : []
  })
  return [...new Set([...named, ...(hasMain && !mainIsNamed && name !== undefined ? [name] : []), ...found])]
}

function usesOf(root: Table, workspace: Table): readonly CrateUse[] {
  const targets = entries(root.target).map(([, target]) => at(table(target), 'dependencies'))
  return [root.dependencies, ...targets].flatMap((held) =>
    entries(held).map(([key, value]) => crateUse(key, value, at(workspace, 'workspace', 'dependencies', key))),
  )
}

/** A dependency; `{ workspace = true }` takes the rest from the root. */
function crateUse(key: string, value: unknown, shared: unknown): CrateUse {
  const own = table(value)
  const above = own?.workspace === true ? shared : undefined
  const inherited = table(above)
  const version = text(value) ?? text(own?.version) ?? text(above) ?? text(inherited?.version) ?? ''
  return {
    name: text(own?.package) ?? text(inherited?.package) ?? key,
    version,
    features: [...texts(own?.features), ...texts(inherited?.features)],
    defaults: (own?.['default-features'] ?? own?.default_features ?? inherited?.['default-features']) !== false,
  }
}

function lockedNames(lock: string | undefined): ReadonlySet<string> {
  return new Set([...(lock ?? '').matchAll(/^name = "([^"]+)"/gm)].map(([, name = '']) => name))
}

function stripsIn(root: Table): boolean {
  const strip = at(root, 'profile', 'release', 'strip')
  return strip === true || strip === 'symbols' || strip === 'debuginfo'
}
