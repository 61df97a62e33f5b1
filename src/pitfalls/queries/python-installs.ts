import { posix } from 'node:path'
import type { Install } from '../../shell/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { contextFilesAt } from './landing-places.ts'
import { isWithin } from './origins.ts'
import { runCommandsOf } from './run-commands-of.ts'
import type { StepAction } from './steps.ts'

type InstallAction = StepAction<'install'>['action']

/** Whether an installation of Python packages writes at a path of a stage, or below it. */
export function isPythonTree(
  stage: StageModel,
  action: Install & Pick<InstallAction, 'command'>,
  path: string,
): boolean {
  return treesOf(stage, action).some((tree) => isWithin(tree, path) || isWithin(path, tree))
}

function treesOf(stage: StageModel, action: Install & Pick<InstallAction, 'command'>): readonly string[] {
  const { scope, directory, command } = action
  const venvs = environmentsOf(stage)
  if (scope === 'prefix') return directory === undefined ? [] : [directory]
  if (scope === 'user') return ['/root/.local', `${command.variables.get('HOME') ?? '/root'}/.local`]
  if (scope === 'project') {
    const root = directory ?? command.cwd
    return [...(root === undefined ? [] : [root.endsWith('env') ? root : `${root}/.venv`]), ...venvs]
  }
  const system = ['/usr/local/lib/python3', '/usr/local/bin', '/usr/lib/python3']
  const libraries = /^3\.\d+/.exec(stage.base.runtime?.version ?? '')?.[0]
  return venvs.length > 0
    ? venvs
    : [
        ...system,
        ...(libraries === undefined
          ? sitePackages
          : [`/usr/local/lib/python${libraries}/site-packages`, ...sitePackages]),
      ]
}

/** Of the versions that are in use. */
const sitePackages = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'].flatMap((version) =>
  ['site-packages', 'dist-packages'].map((name) => `/usr/local/lib/python${version}/${name}`),
)

/** Virtual environments that the stage makes or works in. */
export function environmentsOf(stage: StageModel): readonly string[] {
  const made = runCommandsOf(stage).flatMap(({ command: { program, args, cwd } }) => {
    const isVenv = /^python[\d.]*$/.test(program) && args[0] === '-m' && /^(?:venv|virtualenv)$/.test(args[1] ?? '')
    if (!isVenv && program !== 'virtualenv' && !(program === 'uv' && args[0] === 'venv')) return []
    const target = args.findLast((arg) => !arg.startsWith('-') && arg !== 'venv' && arg !== 'virtualenv')
    return [posix.resolve(cwd ?? '/', target ?? '.venv')]
  })
  const active = stage.end.env.get('VIRTUAL_ENV') ?? stage.end.env.get('UV_PROJECT_ENVIRONMENT')
  return active === undefined ? made : [...made, active]
}

/** The packages that an installation brings, as far as files tell: `numpy`, `psycopg[binary]`. Lock files list all. */
export function pythonPackagesOf(
  facts: Facts,
  stage: StageModel,
  { files, packages, directory, command }: Install & Pick<InstallAction, 'command'>,
): readonly string[] {
  const { project } = facts
  const named = packages.map(({ name, text }) => withExtras(name, text))
  if (project === undefined) return named
  const paths = files.map((file) => posix.resolve(command.cwd ?? '/', file))
  const brought = paths.flatMap((path) =>
    contextFilesAt(
      stage,
      path,
      project.python.map((one) => one.path),
    ),
  )
  const places = [...new Set([directory, command.cwd])].flatMap((place) => (place === undefined ? [] : [place]))
  const beside = project.python.filter(
    (one) =>
      one.kind !== 'requirements' &&
      places.some((place) => contextFilesAt(stage, posix.join(place, posix.basename(one.path)), [one.path]).length > 0),
  )
  const manifests = [
    ...project.python.filter(({ path }) => brought.includes(path)),
    ...(files.length === 0 && packages.length === 0 ? beside : []),
  ]
  const listed = manifests.flatMap(({ requirements }) => requirements.map(({ name, text }) => withExtras(name, text)))
  const locked = manifests.flatMap(({ lock }) => (lock === undefined ? [] : lockedNames(project.text(lock.path) ?? '')))
  return [...new Set([...named, ...listed, ...locked])]
}

function withExtras(name: string, text: string): string {
  const plain = name
    .toLowerCase()
    .replace(/\[.*/, '')
    .replace(/[-_.]+/g, '-')
  return `${plain}${/^[\w.-]+\s*(\[[^\]]*\])/.exec(text)?.[1]?.replaceAll(' ', '') ?? ''}`
}

function lockedNames(text: string): readonly string[] {
  const tables = [...text.matchAll(/^name = "([^"]+)"/gm)].map(([, name = '']) => name)
  return tables.length > 0 ? tables : [...text.matchAll(/^ {8}"([\w.-]+)": \{/gm)].map(([, name = '']) => name)
}
