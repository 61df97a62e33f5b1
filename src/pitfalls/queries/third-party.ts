import { posix } from 'node:path'
import type { PythonManifest } from '../../project/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { type DependencyInstall, isLikePip } from './dependency-installs.ts'
import { contextFilesAt } from './landing-places.ts'
import { contextDirectoryOf, inDirectory, type ManifestKind, textIn } from './manifest-at.ts'

/** Whether the manifest that an installation reads asks for anything from elsewhere; undefined when nobody knows. */
export function hasDependencies(facts: Facts, install: DependencyInstall): boolean | undefined {
  const { action, manager, step } = install
  if (action.kind === 'install' && action.what === 'named') return action.packages.length > 0
  if (action.kind === 'install' && isLikePip(action)) return ofRequirements(facts, install)
  const kind = kinds[manager]
  if (kind === undefined) return undefined
  const directory = contextPlaceOf(facts, step.stage, install)
  if (directory === undefined) return kind === 'go' && buildsBareFiles(facts, install) ? false : undefined
  return readers[kind](facts, directory)
}

/** Without a go.mod, go builds single files, which import the standard library and nothing else. */
function buildsBareFiles({ project }: Facts, { action, step }: DependencyInstall): boolean {
  if (project === undefined || project.truncated || project.go.length > 0) return false
  const makesModule = step.stage.history.some(({ command }) =>
    (command?.script.commands ?? []).some(
      ({ program, args }) => program === 'git' || (program === 'go' && /^(?:mod|get|work)$/.test(args[0] ?? '')),
    ),
  )
  return !makesModule && action.command.args.some((word) => word.endsWith('.go'))
}

/** The directory of the context that holds the manifest which an installation reads. */
export function contextPlaceOf(
  facts: Facts,
  stage: StageModel,
  { manager, directory }: Pick<DependencyInstall, 'manager' | 'directory'>,
): string | undefined {
  const kind = kinds[manager]
  return kind === undefined || directory === undefined
    ? undefined
    : contextDirectoryOf(facts, stage, { directory, kind })
}

/** Manifests of Python that pip is told to read: `-r FILE` and the project itself; undefined when one of them is not known. */
export function pipManifests(facts: Facts, { action, step }: DependencyInstall): readonly PythonManifest[] | undefined {
  const { project } = facts
  if (project === undefined || action.kind !== 'install') return undefined
  const cwd = action.command.cwd
  const found: PythonManifest[] = []
  for (const file of action.files) {
    if (cwd === undefined && !file.startsWith('/')) return undefined
    const manifest = pythonAt(facts, step.stage, posix.resolve(cwd ?? '/', file))
    if (manifest === undefined) return undefined
    found.push(manifest)
  }
  for (const path of localProjects(action.command.args)) {
    if (cwd === undefined) return undefined
    const place = contextDirectoryOf(facts, step.stage, { directory: posix.resolve(cwd, path), kind: 'python' })
    const manifest = project.python.find(({ directory, kind }) => directory === place && kind === 'pyproject')
    if (manifest === undefined) return undefined
    found.push(manifest)
  }
  return found
}

/** `.`, `-e .`, `.[prod]`, `./lib`: directories that pip installs as projects. */
export function localProjects(args: readonly string[]): readonly string[] {
  return args
    .filter((arg) => /^\.{1,2}(?:\/.*)?(?:\[[^\]]*\])?$/.test(arg) && !/\.(?:whl|txt|zip|gz)$/.test(arg))
    .map((arg) => arg.replace(/\[.*$/, ''))
}

function pythonAt({ project }: Facts, stage: StageModel, path: string): PythonManifest | undefined {
  const manifests = project?.python ?? []
  const [first] = contextFilesAt(
    stage,
    path,
    manifests.map((one) => one.path),
  )
  return manifests.find((one) => one.path === first)
}

function ofRequirements(facts: Facts, install: DependencyInstall): boolean | undefined {
  const manifests = pipManifests(facts, install)
  if (manifests === undefined || manifests.length === 0) return undefined
  return manifests.some(
    ({ requirements, devRequirements, kind }) =>
      requirements.length + (kind === 'requirements' ? devRequirements.length : 0) > 0,
  )
}

const kinds: Partial<Record<DependencyInstall['manager'], ManifestKind>> = {
  npm: 'node',
  yarn: 'node',
  pnpm: 'node',
  bun: 'node',
  go: 'go',
  cargo: 'rust',
  maven: 'java',
  gradle: 'java',
  composer: 'composer',
  bundler: 'gem',
  poetry: 'python',
  pdm: 'python',
  uv: 'python',
  pipenv: 'python',
}

const readers: Readonly<Record<ManifestKind, (facts: Facts, directory: string) => boolean | undefined>> = {
  node: ({ project }, directory) => {
    const manifest = inDirectory(project?.node, directory)
    if (manifest === undefined) return undefined
    const { dependencies, devDependencies, optionalDependencies, workspaces } = manifest
    if (dependencies.size + devDependencies.size + optionalDependencies.size > 0) return true
    // Packages of a workspace have dependencies of their own.
    return (
      workspaces.length > 0 ||
      (project?.node ?? []).some(
        (one) => one !== manifest && one.lock?.path === manifest.lock?.path && one.lock !== undefined,
      )
    )
  },
  go: ({ project }, directory) => {
    const module = inDirectory(project?.go, directory)
    if (module === undefined) return undefined
    // With modules in the repository go fetches none.
    const vendored = project?.file(directory === '' ? 'vendor/modules.txt' : `${directory}/vendor/modules.txt`)
    return module.requires.length > 0 && (vendored === undefined || vendored.ignored)
  },
  rust: ({ project }, directory) => {
    const own = inDirectory(project?.rust, directory)
    if (own === undefined) return undefined
    return own.isWorkspace || own.dependencies.length > 0
  },
  // Both fetch plugins before they look at the dependencies of the project.
  java: () => true,
  composer: ({ project }, directory) => {
    const text = textIn(project, directory, 'composer.json')
    return text === undefined ? undefined : /"[\w.-]+\/[\w.-]+"\s*:/.test(text)
  },
  gem: ({ project }, directory) => {
    const text = textIn(project, directory, 'Gemfile')
    return text === undefined ? undefined : /^\s*(?:gem|gemspec)\b/m.test(text)
  },
  python: ({ project }, directory) => {
    const found = (project?.python ?? []).filter((one) => one.directory === directory && one.kind !== 'requirements')
    if (found.length === 0) return undefined
    return found.some(({ requirements, devRequirements }) => requirements.length + devRequirements.length > 0)
  },
}
