import type { Install, PackageManager } from '../../shell/index.ts'
import type { StepModel } from '../facts.ts'
import type { BuildAction } from './build-results.ts'
import { runSteps } from './steps.ts'

/** A command that brings what a project depends on. */
export interface DependencyInstall {
  readonly step: StepModel
  readonly manager: PackageManager
  readonly action: (Install & { readonly command: BuildAction['command'] }) | BuildAction
  /** Where the manifest lies; undefined when nobody knows. */
  readonly directory?: string
  /** A build that fetches on its way: `go build`, `cargo build`, `mvn package`. */
  readonly isBuild: boolean
}

/** Managers of distributions: what they install is no dependency of the project alone. */
const ofSystems: ReadonlySet<PackageManager> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])

/** Builds that fetch what they need, and the manager that does it. */
const fetching: Readonly<Record<string, PackageManager>> = {
  go: 'go',
  cargo: 'cargo',
  maven: 'maven',
  gradle: 'gradle',
  dotnet: 'dotnet',
}

/** Packages that build or install others: nobody calls them dependencies of a project. */
const tools: ReadonlySet<string> = new Set(
  (
    'pip setuptools wheel poetry pipenv uv pdm hatch build virtualenv tox nox conda mamba awscli pre-commit ' +
    'poetry-core pip-tools npm yarn pnpm corepack bundler rake composer hex rebar cargo-chef sccache'
  ).split(' '),
)

/** What some steps install of the languages' packages, in order; tools by their names are left out. */
export function dependencyInstalls(steps: readonly StepModel[]): readonly DependencyInstall[] {
  return runSteps(steps).flatMap((step) =>
    step.command.actions.flatMap((action): readonly DependencyInstall[] => {
      if (action.kind === 'install') return installOf(step, action)
      if (action.kind !== 'build') return []
      const manager = fetching[action.tool]
      if (manager === undefined || isOffline(action)) return []
      return [{ step, manager, action, ...placeOf(action.directory), isBuild: true }]
    }),
  )
}

/** Packages that are tools by their names: `pip install poetry`. */
function isTool(name: string): boolean {
  return tools.has(name.toLowerCase())
}

/** The first installation of each manager and directory: what comes later finds the packages there. */
export function firstInstalls(steps: readonly StepModel[]): readonly DependencyInstall[] {
  const seen: DependencyInstall[] = []
  return dependencyInstalls(steps).filter((install) => {
    const known = seen.some((one) => isSameProject(one, install))
    seen.push(install)
    return !known
  })
}

function isSameProject(one: DependencyInstall, other: DependencyInstall): boolean {
  if (one.manager !== other.manager && !(isNode(one) && isNode(other)) && !(isPython(one) && isPython(other)))
    return false
  if (isNamed(one) && !isNamed(other)) return false
  // Builds share one store; so do installations of Python's packages.
  if (one.isBuild || other.isBuild || isPython(one)) return true
  return one.directory === undefined || other.directory === undefined || one.directory === other.directory
}

function isNamed({ action }: DependencyInstall): boolean {
  return action.kind === 'install' && action.what === 'named'
}

/** Its packages lie in node_modules. */
export function isNode({ manager }: DependencyInstall): boolean {
  return manager === 'npm' || manager === 'yarn' || manager === 'pnpm' || manager === 'bun'
}

function isPython({ manager }: DependencyInstall): boolean {
  return manager === 'pip' || manager === 'uv' || manager === 'poetry' || manager === 'pipenv' || manager === 'pdm'
}

function installOf(
  step: StepModel,
  action: Extract<DependencyInstall['action'], Install>,
): readonly DependencyInstall[] {
  const { manager, what, packages, scope } = action
  if (ofSystems.has(manager)) return []
  if (what === 'named') {
    // Programs for everybody: `npm install -g`, `go install x@v1`, `cargo install`, `dotnet tool install`.
    if (scope === 'global' && !['pip', 'uv', 'gem', 'conda'].includes(manager)) return []
    if (packages.every(({ name }) => isTool(name))) return []
  }
  // With pip, `directory` is the virtual environment.
  const directory = what === 'manifest' && scope === 'project' && !isLikePip(action) ? action.directory : undefined
  return [{ step, manager, action, ...placeOf(directory ?? action.command.cwd), isBuild: false }]
}

/** pip, and `uv pip`: they read requirements, and no lock file. */
export function isLikePip({ manager, subcommand, files }: Pick<Install, 'manager' | 'subcommand' | 'files'>): boolean {
  return manager === 'pip' || (manager === 'uv' && (subcommand === 'install' || files.length > 0))
}

function placeOf(directory: string | undefined): { readonly directory?: string } {
  return directory === undefined ? {} : { directory }
}

/** It is told to take nothing from elsewhere, or makes nothing that needs packages. */
function isOffline({ tool, script, command: { args, variables } }: BuildAction): boolean {
  switch (tool) {
    case 'go':
      return (
        script === 'generate' ||
        args.some((arg) => /^-mod=vendor$/.test(arg)) ||
        /-mod=vendor/.test(variables.get('GOFLAGS') ?? '')
      )
    case 'cargo':
      return args.includes('--offline') || variables.get('CARGO_NET_OFFLINE') === 'true'
    case 'maven':
      return args.some((arg) => arg === '-o' || arg === '--offline')
    case 'gradle':
      return args.includes('--offline')
    default:
      return args.includes('--no-restore')
  }
}
