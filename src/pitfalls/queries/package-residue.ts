import type { Location } from '../../core/index.ts'
import type { Action, PackageManager } from '../../shell/index.ts'
import type { StepModel } from '../facts.ts'
import { isWithin } from './origins.ts'
import { overlaps } from './overlaps.ts'
import { placeOf } from './steps.ts'

/** Where the index of apt lies. */
export const aptLists = '/var/lib/apt/lists'
/** Where apt puts the packages that it has fetched. */
export const aptArchives = '/var/cache/apt/archives'

/** What is to be shown for a command: its own line in a heredoc, which is read as a script; else the instruction. */
export function shownFor(step: StepModel, action: Pick<Action, 'command'>): Location {
  return step.instruction.heredocs.length > 0 ? placeOf(step, action) : step.at
}

/** A cache or tmpfs mount of the step keeps a path out of the layer. */
export function isMounted({ mounts }: Pick<StepModel, 'mounts'>, path: string): boolean {
  return mounts.some(
    ({ mount: { type }, target }) => (type === 'cache' || type === 'tmpfs') && target !== '' && isWithin(path, target),
  )
}

/** What the commands of a RUN do, those behind one of them. */
export function actionsAfter(step: StepModel, action: Action): readonly Action[] {
  const actions = step.command?.actions ?? []
  return actions.slice(actions.indexOf(action) + 1)
}

/** Whether one of some commands deletes a path, or part of it, or what holds it. */
export function isDeletedBy(actions: readonly Action[], path: string): boolean {
  return actions.some((action) => action.kind === 'delete' && action.paths.some((deleted) => overlaps(deleted, path)))
}

/** The home directory of who runs a step; undefined when nobody knows. */
export function homeOf({ before, stage, index }: StepModel): string | undefined {
  const env = before.env.get('HOME')
  if (env !== undefined) return env
  const name = before.user?.split(':', 1)[0]
  if (name === undefined || before.isRoot === true) return before.isRoot === false ? undefined : '/root'
  if (/^\d+$/.test(name)) return undefined
  const steps = [...(stage.parent?.history ?? []), ...stage.steps.slice(0, index)]
  const made = steps
    .flatMap(({ command }) => command?.actions ?? [])
    .findLast((action) => action.kind === 'create-user' && action.name === name)
  return (made?.kind === 'create-user' ? made.home : undefined) ?? `/home/${name}`
}

/** What a package manager calls itself in messages. */
export function commandName(manager: PackageManager): string {
  return manager === 'apt' ? 'apt-get' : manager
}

/** Where a step's command of a manager keeps what it has fetched; undefined when that is not known, or not worth a word. */
export function cacheOf(
  step: StepModel,
  { manager, command }: { readonly manager: PackageManager } & Pick<Action, 'command'>,
): string | undefined {
  const fixed = fixedCaches.get(manager)
  if (fixed !== undefined) return fixed
  const below = homeCaches.get(manager)
  if (below === undefined) return undefined
  const own = below.options.map((name) => optionOf(command.args, name)).find((value) => value !== undefined)
  const told = own ?? below.variables.map((name) => command.variables.get(name)).find((value) => value !== undefined)
  if (told !== undefined) return told.startsWith('/') ? told : `${command.cwd ?? ''}/${told}`
  const xdg = command.variables.get('XDG_CACHE_HOME')
  if (xdg !== undefined && below.path.startsWith('.cache/')) return `${xdg}${below.path.slice('.cache'.length)}`
  const home = homeOf(step)
  if (home === undefined) return undefined
  // Yarn 1 does not use root's own home.
  return manager === 'yarn' && home === '/root' ? '/usr/local/share/.cache/yarn' : `${home}/${below.path}`
}

const fixedCaches: ReadonlyMap<PackageManager, string> = new Map<PackageManager, string>([
  ['apk', '/var/cache/apk'],
  ['dnf', '/var/cache/dnf'],
  ['zypper', '/var/cache/zypp'],
  ['pacman', '/var/cache/pacman/pkg'],
])

const homeCaches: ReadonlyMap<
  PackageManager,
  { readonly path: string; readonly options: readonly string[]; readonly variables: readonly string[] }
> = new Map(
  Object.entries({
    npm: { path: '.npm/_cacache', options: ['--cache'], variables: ['npm_config_cache', 'NPM_CONFIG_CACHE'] },
    yarn: { path: '.cache/yarn', options: ['--cache-folder'], variables: ['YARN_CACHE_FOLDER'] },
    pip: { path: '.cache/pip', options: ['--cache-dir'], variables: ['PIP_CACHE_DIR'] },
    pipenv: { path: '.cache/pipenv', options: [], variables: ['PIPENV_CACHE_DIR'] },
    poetry: { path: '.cache/pypoetry', options: [], variables: ['POETRY_CACHE_DIR'] },
  }) as [PackageManager, { path: string; options: string[]; variables: string[] }][],
)

function optionOf(args: readonly string[], name: string): string | undefined {
  const index = args.indexOf(name)
  if (index >= 0) return args[index + 1]
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1)
}
