import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { NodeManifest } from '../../project/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { contextFilesAt } from './landing-places.ts'
import { contextDirectoryOf, inDirectory, textIn } from './manifest-at.ts'
import { leavesOutDevelopment } from './package-settings.ts'

type InstallAction = Extract<Action, { readonly kind: 'install' }>

/** Packages that a manifest lists for development only. */
export interface DevelopmentPackages {
  readonly manifest: string
  readonly packages: readonly string[]
}

/** The packages for development that an installation brings; undefined when it brings none, or when that is not known. */
export function developmentPackages(
  facts: Facts,
  stage: StageModel,
  install: InstallAction,
): DevelopmentPackages | undefined {
  const production = leavesOutDevelopment(facts, stage, install)
  const found = finders[install.manager]?.(facts, stage, { ...install, production })
  return found === undefined || found.packages.length === 0 ? undefined : found
}

/** The directory in which an installation puts packages: `node_modules`, `vendor`, a venv, the prefix; `/usr/local` for Python's own. */
export function treeOf(install: InstallAction): string | undefined {
  const { manager, directory, scope, command } = install
  if (isNodeManager(manager))
    return directory === undefined || scope === 'global' ? undefined : posix.join(directory, 'node_modules')
  if (manager === 'composer') return directory === undefined ? undefined : posix.join(directory, 'vendor')
  if (manager === 'bundler')
    return command.variables.get('BUNDLE_PATH') ?? command.variables.get('GEM_HOME') ?? '/usr/local/bundle'
  if (manager === 'pip') return scope === 'user' ? '/root/.local' : (directory ?? '/usr/local')
  if (manager === 'uv' || manager === 'pdm') {
    const own = command.variables.get('UV_PROJECT_ENVIRONMENT')
    return own ?? (directory === undefined ? undefined : posix.join(directory, '.venv'))
  }
  if (manager === 'poetry' || manager === 'pipenv') return environmentOf(install, directory)
  return undefined
}

function environmentOf(
  { manager, command: { variables, args } }: InstallAction,
  directory: string | undefined,
): string | undefined {
  if (/^(?:false|0)$/i.test(variables.get('POETRY_VIRTUALENVS_CREATE') ?? '')) return '/usr/local'
  if (manager === 'pipenv' && args.includes('--system')) return '/usr/local'
  const active = variables.get('VIRTUAL_ENV')
  if (active !== undefined) return active
  const inProject = /^(?:true|1)$/i.test(
    variables.get('POETRY_VIRTUALENVS_IN_PROJECT') ?? variables.get('PIPENV_VENV_IN_PROJECT') ?? '',
  )
  if (inProject) return directory === undefined ? undefined : posix.join(directory, '.venv')
  return manager === 'poetry' ? '/root/.cache/pypoetry/virtualenvs' : '/root/.local/share/virtualenvs'
}

type Finder = (facts: Facts, stage: StageModel, install: InstallAction) => DevelopmentPackages | undefined

const finders: Partial<Record<InstallAction['manager'], Finder>> = {
  npm: ofNode,
  yarn: ofNode,
  pnpm: ofNode,
  bun: ofNode,
  composer: ofComposer,
  bundler: ofBundler,
  pip: ofPip,
  uv: (facts, stage, install) =>
    install.subcommand === 'sync' && install.what === 'manifest' && install.files.length === 0
      ? ofTables(facts, stage, install)
      : ofPip(facts, stage, install),
  poetry: ofTables,
  pdm: ofTables,
  pipenv: (facts, stage, install) =>
    install.command.args.includes('--dev') || install.command.args.includes('-d')
      ? ofTables(facts, stage, install)
      : undefined,
}

function isNodeManager(manager: InstallAction['manager']): boolean {
  return manager === 'npm' || manager === 'yarn' || manager === 'pnpm' || manager === 'bun'
}

/** devDependencies of the manifest in the directory, and of the members of its workspace. */
function ofNode(
  facts: Facts,
  stage: StageModel,
  { what, production, directory, subcommand, scope }: InstallAction,
): DevelopmentPackages | undefined {
  if (what !== 'manifest' || production || directory === undefined || scope === 'global' || subcommand === 'fetch')
    return undefined
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'node' })
  const own = inDirectory(facts.project?.node, place)
  if (own === undefined) return undefined
  const members: readonly NodeManifest[] =
    own.workspaces.length === 0 ? [] : (facts.project?.node ?? []).filter((one) => one !== own)
  const [first = own] = [own, ...members].filter(({ devDependencies }) => devDependencies.size > 0)
  const packages = [own, ...members].flatMap(({ devDependencies, dependencies }) =>
    [...devDependencies.keys()].filter((name) => !dependencies.has(name)),
  )
  return { manifest: first.path, packages: [...new Set(packages)] }
}

function ofComposer(
  facts: Facts,
  stage: StageModel,
  { what, production, directory }: InstallAction,
): DevelopmentPackages | undefined {
  if (what !== 'manifest' || production || directory === undefined) return undefined
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'composer' })
  const text = place === undefined ? undefined : textIn(facts.project, place, 'composer.json')
  const listed = /"require-dev"\s*:\s*\{([^}]*)\}/.exec(text ?? '')?.[1] ?? ''
  const packages = [...listed.matchAll(/"([^"]+\/[^"]+)"\s*:/g)].map(([, name = '']) => name)
  return { manifest: posix.join(place ?? '', 'composer.json'), packages }
}

/** Gems of `group :development, :test do … end` and of `gem 'x', group: :test`; `bundle config` may have left them out. */
function ofBundler(
  facts: Facts,
  stage: StageModel,
  { what, production, directory }: InstallAction,
): DevelopmentPackages | undefined {
  if (what !== 'manifest' || production || directory === undefined) return undefined
  const isConfigured = stage.history.some(({ command }) =>
    command?.script.commands.some(
      ({ program, args }) =>
        /^bundler?$/.test(program) &&
        args.includes('config') &&
        args.some((word) => /without|deployment|only/.test(word)),
    ),
  )
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'gem' })
  const text = place === undefined ? undefined : textIn(facts.project, place, 'Gemfile')
  if (isConfigured || text === undefined) return undefined
  const grouped = [...text.matchAll(/^\s*group\s+([^\n]*)\bdo\b([\s\S]*?)^\s*end\b/gm)]
    .filter(([, names = '']) => /:(?:development|test)\b/.test(names) && !/:(?:production|default)\b/.test(names))
    .map(([, , body = '']) => body)
  const single = [...text.matchAll(/^\s*gem[^\n]*\bgroups?:\s*(?::|\[\s*:)(?:development|test)[^\n]*$/gm)].map(
    ([line]) => line,
  )
  const packages = [...[...grouped, ...single].join('\n').matchAll(/^\s*gem\s*\(?\s*["']([^"']+)["']/gm)].map(
    ([, name = '']) => name,
  )
  return { manifest: posix.join(place ?? '', 'Gemfile'), packages }
}

/** Groups for development of a pyproject.toml or Pipfile. */
function ofTables(
  facts: Facts,
  stage: StageModel,
  { what, production, directory, manager, command }: InstallAction,
): DevelopmentPackages | undefined {
  if (what !== 'manifest' || production || (directory ?? command.cwd) === undefined) return undefined
  const place = contextDirectoryOf(facts, stage, { directory: directory ?? command.cwd ?? '/', kind: 'python' })
  const kind = manager === 'pipenv' ? 'pipfile' : 'pyproject'
  const own = facts.project?.python.find((one) => one.directory === place && one.kind === kind)
  return own === undefined || place === undefined
    ? undefined
    : { manifest: own.path, packages: own.devRequirements.map(({ name }) => name) }
}

/** `-r requirements-dev.txt`, `.[dev]`. */
function ofPip(
  facts: Facts,
  stage: StageModel,
  { files, command, subcommand }: InstallAction,
): DevelopmentPackages | undefined {
  if (subcommand === 'download') return undefined
  const manifests = (facts.project?.python ?? []).filter(
    ({ kind, devRequirements }) => kind === 'requirements' && devRequirements.length > 0,
  )
  for (const file of files) {
    const absolute = posix.resolve(command.cwd ?? '/', file)
    const [found] = contextFilesAt(
      stage,
      absolute,
      manifests.map(({ path }) => path),
    )
    const own = manifests.find(({ path }) => path === found)
    if (own !== undefined) return { manifest: own.path, packages: own.devRequirements.map(({ name }) => name) }
  }
  const extra = command.args
    .map((word) => /^\.?\/?[\w./-]*\[([\w,\s-]+)\]$/.exec(word)?.[1])
    .find((names) => names !== undefined && /(?:^|[,\s])(?:dev|test|tests|lint|docs)(?:$|[,\s])/.test(names))
  const isOwn =
    extra !== undefined && command.args.some((word) => /^\.{0,2}\/?[\w./-]*\[/.test(word) && word.startsWith('.'))
  return isOwn ? { manifest: 'pyproject.toml', packages: [`the extra "${extra}"`] } : undefined
}
