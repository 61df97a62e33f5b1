import { posix } from 'node:path'
import type { ContextFile, NodeManifest, Project } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import { type ContextUse, filesTaken } from './context-reach.ts'

/**
 * Whether what a COPY takes from the context is source, which changes with every commit, and not only manifests, lock files
 * and settings. The listing of the context decides; without one, names do.
 */
export function takesSource({ project }: Pick<Facts, 'project'>, use: ContextUse): boolean {
  if (use.source?.kind !== 'path') return false
  if (project === undefined || project.truncated) return use.isWhole || isSourceName(use.path)
  const files = filesTaken(project, use)
  // Nothing is known of what lies in a directory that the listing does not have.
  if (files.length === 0) return false
  return files.some(({ path }) => isSourceFile(path) && !isNeeded(project, path))
}

/** Files of programs, styles and pages, by their names. */
function isSourceFile(path: string): boolean {
  const name = posix.basename(path)
  if (isManifest(name) || parts(path).some((part) => ofInstallers.has(part))) return false
  return sourceNames.test(name)
}

const sourceNames =
  /\.(?:[cm]?[jt]sx?|py|pyx|go|rs|java|kt|scala|groovy|rb|erb|php|cs|fs|vb|razor|cshtml|exs?|eex|heex|leex|erl|clj|cljs|c|cc|cpp|cxx|h|hpp|m|mm|swift|zig|dart|lua|pl|pm|r|jl|hs|ml|vue|svelte|astro|html?|css|scss|sass|less|graphql|proto|sql|hbs|ejs|pug|tmpl|gohtml|jinja2?|j2|mdx)$/i

/** Manifests with the names of programs, and settings of tools. */
function isManifest(name: string): boolean {
  return /^(?:setup\.py|mix\.exs|rebar\.config|build\.sbt|(?:build|settings)\.gradle(?:\.kts)?|\.pnpmfile\.cjs|noxfile\.py|project\.clj|gulpfile\.\w+|gruntfile\.\w+|.*\.config\.(?:[cm]?[jt]s)|\.\w+rc\.(?:[cm]?js|json)|version\.(?:rb|py)|_version\.py|config\.exs|.*\.d\.ts)$/i.test(
    name,
  )
}

/** Directories whose files package managers read: patches, releases of yarn, wrappers, schemas that a generator needs. */
const ofInstallers: ReadonlySet<string> = new Set([
  'patches',
  '.yarn',
  '.mvn',
  'gradle',
  'buildSrc',
  'build-logic',
  'prisma',
  'vendor',
  'node_modules',
  'third_party',
  '.cargo',
])

function parts(path: string): readonly string[] {
  return path.split('/').slice(0, -1)
}

/** A name that nobody can look behind: files by their names, directories unless package managers are known to read them. */
function isSourceName(path: string): boolean {
  const name = posix.basename(path)
  if (/[*?[]/.test(name)) return isSourceFile(name.replaceAll(/[*?[\]]/g, 'x'))
  if (/\.\w+$/.test(name.replace(/^\./, ''))) return isSourceFile(path)
  return directoryNames.test(name)
}

const directoryNames =
  /^(?:src|source|app|apps|lib|libs|cmd|pkg|internal|api|server|client|web|www|public|frontend|backend|ui|core|main|services?|packages|components|pages|views|templates|static|resources)$/

/** A manifest names the file or its directory: a package of the same repository, a script that installing runs. */
function isNeeded(project: Project, path: string): boolean {
  const directories = parts(path).map((_, index) =>
    path
      .split('/')
      .slice(0, index + 1)
      .join('/'),
  )
  const names = [path, ...directories]
  const quoted = project.node.some(
    (manifest) =>
      [...manifest.dependencies.values(), ...manifest.devDependencies.values()].some((version) =>
        names.some((name) => refersTo(version.replace(/^(?:file|link|portal):/, ''), name, manifest)),
      ) || hooksOf(manifest).some((text) => names.slice(0, 1).some((name) => text.includes(name))),
  )
  if (quoted) return true
  return project.files.some(
    (file) =>
      !file.ignored &&
      isTextManifest(file) &&
      localPaths(project.text(file.path) ?? '').some((local) => names.includes(resolved(file.path, local))),
  )
}

/** Scripts that run when packages are installed. */
export function hooksOf({ scripts }: Pick<NodeManifest, 'scripts'>): readonly string[] {
  return ['preinstall', 'install', 'postinstall', 'prepare'].flatMap((name) => scripts.get(name) ?? [])
}

function refersTo(version: string, name: string, { directory }: NodeManifest): boolean {
  return /^\.{0,2}\//.test(version) && resolved(posix.join(directory, 'package.json'), version) === name
}

function resolved(file: string, path: string): string {
  return posix.join(posix.dirname(file), path).replace(/\/$/, '')
}

function isTextManifest({ path }: ContextFile): boolean {
  return /^(?:go\.mod|go\.work|Cargo\.toml|Gemfile|pyproject\.toml|requirements.*\.txt|composer\.json)$/.test(
    posix.basename(path),
  )
}

/** `=> ../lib`, `path = "crates/core"`, `"url": "./packages/x"`, `-e ./lib`. */
function localPaths(text: string): readonly string[] {
  const found = text.matchAll(
    /=>\s*(\.{1,2}\/\S+)|\bpath\s*[=:]>?\s*["']([^"']+)["']|"url"\s*:\s*"(\.{1,2}\/[^"]+)"|^-e\s+(\.{1,2}\/\S+)/gm,
  )
  return [...found].map((match) => match.slice(1).find((group) => group !== undefined) ?? '')
}
