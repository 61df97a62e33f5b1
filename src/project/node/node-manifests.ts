import { once } from '../../core/index.ts'
import { parseJsonTable, type Table, text, textMap } from '../decode.ts'
import type { NodeManifest } from '../project.ts'
import { ancestorsOf, directoryOf, pathIn, type ProjectFiles } from '../project-files.ts'
import { type LockedPackage, readLock } from './lock-files.ts'
import { nativePackages } from './native-packages.ts'
import { matchesWorkspace, workspaceGlobs } from './workspaces.ts'

/** More manifests than this say nothing new about how an image is made. */
const most = 300
/** Lock files of large workspaces have some ten megabytes. */
const lockLimit = 24 << 20

/** Every package.json that the project wrote itself. */
export function nodeManifests(files: ProjectFiles): readonly NodeManifest[] {
  const locks = new Map<string, readonly LockedPackage[]>()
  const packagesOf = (lock: NonNullable<NodeManifest['lock']>): readonly LockedPackage[] => {
    const known = locks.get(lock.path) ?? readLock(lock, files.large(lock.path, lockLimit))
    locks.set(lock.path, known)
    return known
  }
  return files
    .named('package.json')
    .slice(0, most)
    .flatMap(({ path }) => {
      const source = files.source(path)
      const root = parseJsonTable(source?.text)
      if (source === undefined || root === undefined) return []
      return [manifest(files, { path, source, root, packagesOf })]
    })
}

interface Found {
  readonly path: string
  readonly source: NodeManifest['source']
  readonly root: Table
  readonly packagesOf: (lock: NonNullable<NodeManifest['lock']>) => readonly LockedPackage[]
}

function manifest(files: ProjectFiles, { path, source, root, packagesOf }: Found): NodeManifest {
  const directory = directoryOf(path)
  const name = text(root.name)
  const packageManager = text(root.packageManager)
  const workspaces = workspaceGlobs(files, directory, root)
  const lock = lockOf(files, directory, packageManager)
  const base = {
    path,
    directory,
    source,
    ...(name === undefined ? {} : { name }),
    ...(root.type === 'module' || root.type === 'commonjs' ? { type: root.type } : {}),
    dependencies: textMap(root.dependencies),
    devDependencies: textMap(root.devDependencies),
    optionalDependencies: textMap(root.optionalDependencies),
    scripts: textMap(root.scripts),
    workspaces,
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(lock === undefined ? {} : { lock }),
  } satisfies Omit<NodeManifest, 'native'>
  const native = once(() => nativePackages(base, lock === undefined ? [] : packagesOf(lock)))
  return {
    ...base,
    get native() {
      return native()
    },
  }
}

const lockNames = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['yarn.lock', 'yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const

/** The lock file of a manifest: beside it, or beside the root of the workspace that it is a member of. */
function lockOf(files: ProjectFiles, directory: string, packageManager = ''): NodeManifest['lock'] {
  const wanted = packageManager.split('@')[0]
  for (const above of ancestorsOf(directory)) {
    const found = lockNames.flatMap(([name, manager]) => {
      const path = pathIn(above, name) ?? name
      return files.file(path)?.kind === 'file' ? [{ path, manager }] : []
    })
    const lock = found.find(({ manager }) => manager === wanted) ?? found[0]
    if (lock !== undefined && (above === directory || isMember(files, above, directory))) return lock
  }
  return undefined
}

function isMember(files: ProjectFiles, root: string, directory: string): boolean {
  const manifestText = files.text(pathIn(root, 'package.json') ?? '')
  const globs = workspaceGlobs(files, root, parseJsonTable(manifestText) ?? {})
  const relative = root === '' ? directory : directory.slice(root.length + 1)
  return matchesWorkspace(globs, relative)
}
