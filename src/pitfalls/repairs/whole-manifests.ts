import { posix } from 'node:path'
import type { Project } from '../../project/index.ts'

/** The manifests of a directory of the context, and how a command that reads them is called. */
export interface ManifestQuestion {
  readonly project: Project
  /** Of the context. */
  readonly directory: string
  /** The text of the first manifest. */
  readonly text: string
  readonly args: readonly string[]
}

/**
 * Whether Cargo fetches what the manifest and the lock file name with nothing but an empty program beside them: no workspace,
 * no targets at places of their own, no packages of the same repository, no settings.
 */
export function isWholeCrate({ project, directory, text, args }: ManifestQuestion): boolean {
  const at = (name: string): string => posix.join(directory, name)
  return (
    isSent(project, at('Cargo.lock')) &&
    stubOf(project, directory) !== undefined &&
    /^\s*\[package\]/m.test(text) &&
    !/workspace|^\s*\[\[|^\s*\[lib\]|\bpath\s*=|^\s*(?:build|links|default-run)\s*=/m.test(text) &&
    !args.some((arg) => /^--manifest-path|^-C|^-Z|^--config/.test(arg)) &&
    project.file(at('.cargo')) === undefined &&
    parents(directory).every((parent) => !['Cargo.toml', '.cargo'].some((name) => hasFile(project, parent, name)))
  )
}

/** The source file without which Cargo takes a manifest for that of no program and no library. */
export function stubOf(project: Project, directory: string): string | undefined {
  return ['src/main.rs', 'src/lib.rs'].find((name) => isSent(project, posix.join(directory, name)))
}

/** Whether Composer installs packages without a look at the project: no scripts, no plugins, no files loaded or searched. */
export function isWholePackage({ project, directory, text, args }: ManifestQuestion): boolean {
  const at = (name: string): string => posix.join(directory, name)
  const manifest = objectOf(text)
  if (manifest === undefined || (args[0] !== 'install' && args[0] !== 'i')) return false
  const autoloads = [objectIn(manifest, 'autoload'), objectIn(manifest, 'autoload-dev')]
  return (
    isSent(project, at('composer.lock')) &&
    !['auth.json', 'vendor'].some((name) => project.file(at(name)) !== undefined && !project.ignored(at(name))) &&
    Object.keys(objectIn(manifest, 'scripts')).length === 0 &&
    objectIn(manifest, 'config')['allow-plugins'] === undefined &&
    autoloads.every((one) => one['classmap'] === undefined && one['files'] === undefined) &&
    !/"type"\s*:\s*"(?:path|artifact)"/.test(text) &&
    // Short options in one word, and another directory.
    !args.some((arg) => /^-(?!-)(?!v+$)../.test(arg) || /^-d$|^--working-dir/.test(arg))
  )
}

/** The files that `dotnet restore` reads in a directory with one project that refers to no other; undefined for all else. */
export function dotnetManifests(
  project: Project,
  directory: string,
  args: readonly string[],
): readonly string[] | undefined {
  const files = project.files.filter(({ path, kind }) => kind === 'file' && placeOf(path) === directory)
  const names = files.map(({ path }) => posix.basename(path))
  const projects = names.filter((name) => /\.(?:cs|fs|vb)proj$/.test(name))
  const [own] = projects
  if (own === undefined || projects.length > 1 || names.some((name) => /\.slnx?$/.test(name))) return undefined
  if (args.some((arg) => /(?:proj|\.slnx?)$/.test(arg) && arg.replace(/^\.\//, '') !== own)) return undefined
  const read = [own, ...names.filter((name) => besideProject.test(name))].map((name) => posix.join(directory, name))
  const isPlain = read.every((path) => !/<ProjectReference|<Import\b|<HintPath/.test(project.text(path) ?? '<Import'))
  const above = parents(directory).flatMap((parent) => project.files.filter(({ path }) => placeOf(path) === parent))
  return isPlain && !above.some(({ path }) => besideProject.test(posix.basename(path))) ? read : undefined
}

const besideProject =
  /^(?:nuget\.config|Directory\.(?:Build\.(?:props|targets)|Packages\.props)|global\.json|packages\.lock\.json)$/i

function placeOf(path: string): string {
  const directory = posix.dirname(path)
  return directory === '.' ? '' : directory
}

/** The directories above one, the context itself included. */
function parents(directory: string): readonly string[] {
  const parts = directory === '' ? [] : directory.split('/')
  return parts.map((_, index) => parts.slice(0, index).join('/'))
}

function hasFile(project: Project, directory: string, name: string): boolean {
  return project.file(posix.join(directory, name)) !== undefined
}

function isSent(project: Project, path: string): boolean {
  return project.file(path)?.kind === 'file' && !project.ignored(path)
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

function objectIn(parent: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const value = parent[name]
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
