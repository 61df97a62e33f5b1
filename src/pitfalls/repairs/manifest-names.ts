import { posix } from 'node:path'
import type { Project } from '../../project/index.ts'
import type { DependencyInstall } from '../queries/dependency-installs.ts'
import { hooksOf } from '../queries/source-copies.ts'
import { dotnetManifests, isWholeCrate, isWholePackage, type ManifestQuestion } from './whole-manifests.ts'

const node = ['package.json']

/** What the managers read in the directory of a project; the first must be there. */
const files: Readonly<Record<string, readonly string[]>> = {
  npm: [...node, 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc'],
  yarn: [...node, 'yarn.lock', '.yarnrc', '.yarnrc.yml'],
  pnpm: [...node, 'pnpm-lock.yaml', '.npmrc', '.pnpmfile.cjs'],
  bun: [...node, 'bun.lock', 'bun.lockb', 'bunfig.toml'],
  go: ['go.mod', 'go.sum'],
  maven: ['pom.xml'],
  poetry: ['pyproject.toml', 'poetry.lock', 'poetry.toml'],
  uv: ['pyproject.toml', 'uv.lock', '.python-version'],
  pipenv: ['Pipfile', 'Pipfile.lock'],
  bundler: ['Gemfile', 'Gemfile.lock', '.ruby-version'],
  cargo: ['Cargo.toml', 'Cargo.lock', 'rust-toolchain', 'rust-toolchain.toml'],
  composer: ['composer.json', 'composer.lock'],
}

/**
 * The files of a directory of the context that an installation reads, all of which are there. Undefined when it may read
 * others as well: packages of a workspace, patches, scripts that run with it, requirements that name further files.
 */
export function manifestNames(
  project: Project,
  install: DependencyInstall,
  directory: string,
): readonly string[] | undefined {
  const { manager, action } = install
  if (manager === 'pip' && action.kind === 'install') return requirementsOf(project, action.files, directory)
  if (manager === 'dotnet') return dotnetManifests(project, directory, action.command.args)
  const names = files[manager]?.map((name) => posix.join(directory, name))
  const [first] = names ?? []
  if (names === undefined || first === undefined || project.file(first) === undefined) return undefined
  const text = project.text(first) ?? ''
  const isWhole =
    checks[manager]?.({ project, directory, text, args: action.command.args }) ?? isPlainNode(project, directory)
  return isWhole ? names.filter((name) => project.file(name) !== undefined) : undefined
}

/** Whether nothing else is read. */
const checks: Readonly<Record<string, (manifest: ManifestQuestion) => boolean>> = {
  go: ({ project, directory, text }) =>
    !/=>\s*\.{0,2}\//.test(text) &&
    project.file(posix.join(directory, 'vendor')) === undefined &&
    project.file('go.work') === undefined,
  maven: ({ project, directory, text }) =>
    !/<modules>|<relativePath>\s*[^<\s]/.test(text) && project.file(posix.join(directory, '.mvn')) === undefined,
  poetry: ({ args, text }) => args.includes('--no-root') && !/\bpath\s*=/.test(text),
  uv: ({ args, text }) => args.includes('--no-install-project') && !/\bpath\s*=|workspace/.test(text),
  pipenv: ({ text }) => !/\bpath\s*=/.test(text),
  bundler: ({ text }) => !/\bgemspec\b|\bpath[:\s]|eval_gemfile|require_relative/.test(text),
  cargo: isWholeCrate,
  composer: isWholePackage,
}

function isPlainNode(project: Project, directory: string): boolean {
  const manifest = project.node.find((one) => one.directory === directory)
  if (manifest === undefined || manifest.workspaces.length > 0 || hooksOf(manifest).length > 0) return false
  const others = ['patches', '.yarn', 'prisma', '.pnp.cjs', 'pnpm-workspace.yaml', 'lerna.json']
  if (others.some((name) => project.file(posix.join(directory, name)) !== undefined)) return false
  // A credential is nothing to copy, wherever that happens.
  if (project.secrets.some(({ path }) => path === posix.join(directory, '.npmrc'))) return false
  const versions = [...manifest.dependencies.values(), ...manifest.devDependencies.values()]
  return versions.every((version) => !/^(?:file|link|portal|workspace|patch):|^\.{0,2}\//.test(version))
}

function requirementsOf(
  project: Project,
  written: readonly string[],
  directory: string,
): readonly string[] | undefined {
  if (written.length === 0) return undefined
  const paths = written.map((path) => posix.join(directory, path))
  const isPlain = paths.every((path) => {
    const text = project.text(path)
    return (
      text !== undefined && !/^\s*(?:-[rce]\b|--requirement|--constraint|--editable|\.{1,2}\/|\.\s*$|file:)/m.test(text)
    )
  })
  const flat = paths.every((path) => posix.dirname(path) === posix.dirname(paths[0] ?? ''))
  return isPlain && flat && paths.every((path) => posix.dirname(path) === (directory === '' ? '.' : directory))
    ? paths
    : undefined
}
