import type { Action, NamedPackage } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { type DependencyInstall, isLikePip } from './dependency-installs.ts'
import { listed } from './listed.ts'
import { lockStateOf } from './lock-files.ts'
import { hasDependencies, localProjects, pipManifests } from './third-party.ts'

type InstallAction = Extract<Action, { readonly kind: 'install' }>

/** Why versions are chosen when the image is built. */
export interface Unlocked {
  readonly why: string
  readonly instead: string
  /** The command, when the lock file that it may leave is there. */
  readonly install?: InstallAction
}

/** Names without one exact version on a command line; undefined when there are none. */
export function unpinnedNames(action: InstallAction): Unlocked | undefined {
  if (action.what !== 'named' || action.locked || !byName.has(action.manager)) return undefined
  const { args } = action.command
  // A file of constraints, or a directory of packages, decides.
  if (args.some((arg) => /^(?:-c|--constraint|--constraints|--no-index|--offline)(?:=|$)/.test(arg))) return undefined
  const names = action.packages.filter((one) => isOpen(one, action))
  if (names.length === 0) return undefined
  const { manager } = action
  return {
    why: `${listed(names.map(({ text }) => text))} ${names.length > 1 ? 'have' : 'has'} no exact version`,
    instead: howTo[manager] ?? 'name one version of each',
  }
}

const byName: ReadonlySet<string> = new Set(
  'pip uv pipenv poetry pdm conda npm yarn pnpm bun gem go cargo composer dotnet'.split(' '),
)

const howTo: Readonly<Record<string, string>> = {
  pip: 'write NAME==VERSION, or list them with their versions in a file of requirements',
  npm: 'write NAME@VERSION, or list them in package.json and run npm ci',
  gem: 'write gem install NAME -v VERSION, or list them in a Gemfile',
  go: 'write go install PATH@vX.Y.Z',
  cargo: 'write cargo install NAME --version X.Y.Z --locked',
}

function isOpen({ text, version, name }: NamedPackage, { manager }: InstallAction): boolean {
  if (text.includes('$') || /^(?:https?:|git\+|file:|\.|\/|github:|git@)/.test(text) || text.includes('://'))
    return false
  if (version?.exact === true) return false
  if (manager === 'conda') return version === undefined
  // Bundler keeps to the lock file whatever its own version is.
  if (manager === 'gem' && name === 'bundler') return false
  return true
}

/** Why what a manifest asks for is not held by a lock file; undefined when it is, or when nobody knows. */
export function unlockedManifest(facts: Facts, install: DependencyInstall): Unlocked | undefined {
  const { action, manager } = install
  if (action.kind === 'install' && action.what === 'named') return undefined
  if (action.kind === 'install' && isLikePip(action)) return unpinnedRequirements(facts, install)
  if (action.kind === 'install' && manager === 'conda') return unpinnedRequirements(facts, install)
  if (hasDependencies(facts, install) === false) return undefined
  const open = action.kind === 'install' ? openInstall(action) : undefined
  const lock = lockStateOf(facts, install)
  const lack = lock === undefined || lock.state === 'there' ? undefined : `${lock.name} ${lacks[lock.state]}`
  if (open !== undefined) {
    if (lack !== undefined && frozen.has(manager))
      return { why: `${lack}: ${manager} takes the newest versions that fit`, instead: `copy one, and ${open.instead}` }
    return lock?.state === 'there' && action.kind === 'install' ? { ...open, install: action } : open
  }
  if (lock === undefined || lack === undefined || isFailing(action, manager)) return undefined
  return { why: lack, instead: `copy ${lock.name} with the manifest` }
}

const lacks = {
  missing: 'is not in the context',
  ignored: 'is kept out by the ignore file',
  'not-copied': 'is not copied',
}

/** Managers of JavaScript that may choose other versions than the lock file has. */
function openInstall(action: InstallAction): Unlocked | undefined {
  const { manager, subcommand, locked, command } = action
  if (manager === 'composer' && (subcommand === 'update' || subcommand === 'u' || subcommand === 'upgrade'))
    return {
      why: 'composer update takes the newest versions that fit',
      instead: 'run composer install with composer.lock',
    }
  if (manager === 'go' && subcommand === 'mod tidy')
    return {
      why: 'go mod tidy writes go.mod and go.sum anew',
      instead: 'run it before the build, commit both files, and run go mod download',
    }
  if (manager === 'go' && subcommand === 'get' && command.args.includes('-u'))
    return { why: 'go get -u takes the newest versions', instead: 'run go mod download' }
  if (!frozen.has(manager) || locked || subcommand === 'workspaces focus' || command.args.includes('--offline'))
    return undefined
  const [way, file] = frozen.get(manager) ?? ['', '']
  return { why: `${manager} ${subcommand} may choose other versions than ${file} has`, instead: `run ${way}` }
}

const frozen: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['npm', ['npm ci', 'package-lock.json']],
  ['yarn', ['yarn install --frozen-lockfile (yarn 4: --immutable)', 'yarn.lock']],
  ['pnpm', ['pnpm install --frozen-lockfile', 'pnpm-lock.yaml']],
  ['bun', ['bun install --frozen-lockfile', 'bun.lock']],
])

/** Without a lock file these stop: that is no choice of versions. Yarn 1 goes on. */
function isFailing(action: DependencyInstall['action'], manager: string): boolean {
  if (action.kind !== 'install')
    return manager === 'cargo' && action.command.args.some((arg) => arg === '--locked' || arg === '--frozen')
  if (!action.locked) return false
  return (
    manager === 'npm' ||
    manager === 'pnpm' ||
    manager === 'bun' ||
    manager === 'uv' ||
    manager === 'pdm' ||
    manager === 'pipenv' ||
    manager === 'cargo'
  )
}

function unpinnedRequirements(facts: Facts, install: DependencyInstall): Unlocked | undefined {
  const { action, step } = install
  if (action.kind !== 'install' || action.locked) return undefined
  const { args } = action.command
  if (args.some((arg) => /^(?:-c|--constraint|--constraints|--no-index|--no-deps)(?:=|$)/.test(arg))) return undefined
  const local = localProjects(args).length > 0
  // What the project asks for is there already: an earlier installation has brought it.
  if (local && action.files.length === 0 && isFilledEarlier(step, action)) return undefined
  const manifests = action.manager === 'conda' ? condaManifests(facts) : pipManifests(facts, install)
  if (manifests === undefined) return undefined
  const open = manifests
    .filter(({ hashed }) => !hashed)
    .flatMap(({ path, requirements, devRequirements, kind }) =>
      [...requirements, ...(kind === 'requirements' ? devRequirements : [])]
        .filter(({ pinned }) => !pinned)
        .map(({ name }) => ({ name, path })),
    )
  const [first] = open
  if (first === undefined) return undefined
  return {
    why: `${listed([...new Set(open.map(({ name }) => name))])} of ${first.path} ${open.length > 1 ? 'have' : 'has'} no exact version`,
    instead:
      'write NAME==VERSION for all packages (pip-compile and uv pip compile do), or use a manager with a lock file',
  }
}

function isFilledEarlier({ stage, index }: StepModel, action: InstallAction): boolean {
  const before = [...(stage.parent?.history ?? []), ...stage.steps.slice(0, index + 1)]
  return before.some(({ command }) =>
    (command?.actions ?? []).some(
      (other) =>
        other.kind === 'install' &&
        other !== action &&
        other.command.span.start < action.command.span.start &&
        other.what === 'manifest' &&
        ['pip', 'uv', 'poetry', 'pdm', 'pipenv'].includes(other.manager),
    ),
  )
}

function condaManifests({ project }: Facts): ReturnType<typeof pipManifests> {
  return project?.python.filter(({ kind }) => kind === 'conda')
}

/** `npm update`, `bundle update`, `cargo update`: the newest versions that fit. */
export function upgrades(action: Action): Unlocked | undefined {
  if (action.kind !== 'upgrade' || !languages.has(action.manager)) return undefined
  return {
    why: `${action.manager} update takes the newest versions that fit`,
    instead: 'update the lock file before the build',
  }
}

const languages: ReadonlySet<string> = new Set(['npm', 'yarn', 'pnpm', 'bun', 'bundler', 'cargo', 'poetry', 'gem'])
