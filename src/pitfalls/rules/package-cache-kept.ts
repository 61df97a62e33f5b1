import type { Action, PackageManager } from '../../shell/index.ts'
import type { Edit, Fix } from '../../core/index.ts'
import type { Instruction } from '../../dockerfile/index.ts'
import { insertFlag, insertWordAfter, type Placed } from '../../editing/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import {
  actionsAfter,
  aptArchives,
  cacheOf,
  homeOf,
  isDeletedBy,
  isMounted,
  shownFor,
} from '../queries/package-residue.ts'
import { appendFix, editableRun } from '../repairs/run-edits.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

/** A layer of the final image keeps what a package manager has fetched. */
export const packageCacheKept: Pitfall = {
  id: 'package-cache-kept',
  summary: 'What a package manager downloads is not left in a layer of the final image.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'production'],
  peers: {
    hadolint: ['DL3019', 'DL3032', 'DL3036', 'DL3040', 'DL3042', 'DL3060'],
    dockle: ['DKL-DI-0004'],
    trivy: ['DS-0015', 'DS-0019', 'DS-0020', 'DS-0025', 'DS-0027'],
  },
  find,
}

interface Kept {
  readonly manager: PackageManager
  readonly path: string
  readonly action: Action
}

function find(facts: Facts): readonly PitfallHit[] {
  return [...new Set(facts.final.history)].flatMap((step) => {
    const kept = keptBy(step, facts)
    const [first] = kept
    if (first === undefined) return []
    const paths = [...new Set(kept.map(({ path }) => path))]
    const managers = [...new Set(kept.map(({ manager }) => manager))]
    return [
      {
        at: shownFor(step, first.action),
        message: `the download cache of ${managers.join(' and ')} (${paths.join(', ')}) stays in the layer of this RUN`,
        hint: remedies.get(first.manager) ?? `mount a cache at ${first.path}, or delete it in the same RUN`,
        evidence: { manager: managers.join(' '), path: paths.join(' ') },
        costs: { line: step.line, paths: paths.map((path) => `${path}/**`) },
        fixes: fixesFor(facts.file, step, kept),
      },
    ]
  })
}

function keptBy(step: StepModel, facts: Facts): readonly Kept[] {
  return actionsIn([step], 'install', 'refresh-index').flatMap((each): readonly Kept[] => {
    const { action } = each
    const path = pathOf(facts, each)
    if (path === undefined || !fetches(each, facts) || isUnknownDirectory(path)) return []
    if (isMountedSomehow(step, action.manager, path) || isCleaned(step, action, path)) return []
    return [{ manager: action.manager, path, action }]
  })
}

function pathOf(facts: Facts, each: StepAction<'install' | 'refresh-index'>): string | undefined {
  const { step, action } = each
  if (action.manager === 'apt') return archivesOf(facts, each)
  const isModern = action.manager === 'yarn' && action.kind === 'install' && isModernYarn(action, facts.project)
  return isModern ? yarnCache(step, action, facts.project) : cacheOf(step, action)
}

/** Whether a command leaves downloads at all. */
function fetches({ step, action }: StepAction<'install' | 'refresh-index'>, { project, final }: Facts): boolean {
  // Others keep an index only as a part of what an installation keeps.
  if (action.kind === 'refresh-index') return action.manager === 'apk' && !action.command.args.includes('--no-cache')
  if (action.noCache || action.command.args.includes('--no-index')) return false
  if (action.manager === 'pip' && configuresPip(final.history, step)) return false
  if (action.manager === 'yarn') return !isModernYarn(action, project) || linksModules(project)
  if (action.manager === 'poetry') return action.command.variables.get('POETRY_NO_CACHE') === undefined
  return true
}

/** `pip config set global.no-cache-dir true`, or settings that nobody can read. */
function configuresPip(steps: readonly StepModel[], until: StepModel): boolean {
  return steps
    .slice(0, steps.indexOf(until) + 1)
    .some(
      ({ command, transfer }) =>
        (transfer?.destination.endsWith('/pip.conf') ?? false) ||
        (transfer?.sources.some(({ path }) => /(?:^|\/)pip\.conf$/.test(path)) ?? false) ||
        (command?.script.commands.some(({ args }) =>
          args.some((arg) => /^(?:global|install)\.no-cache-dir$/.test(arg)),
        ) ??
          false),
    )
}

/** Yarn 2 and later. */
function isModernYarn(
  { directory, command: { args } }: StepAction<'install'>['action'],
  project: Facts['project'],
): boolean {
  if (args.some((arg) => /^--immutable|^--inline-builds|^--mode=/.test(arg)) || args[0] === 'workspaces') return true
  const manifests = project?.node ?? []
  const tool = manifests.find((one) => directory === undefined || one.directory === '')?.packageManager
  return /^yarn@(?:[2-9]|berry)/.test(tool ?? '') || project?.file('.yarnrc.yml') !== undefined
}

/** With node_modules the cache of a modern Yarn is only a cache; without, it is what the program runs from. */
function linksModules(project: Facts['project']): boolean {
  return /^nodeLinker:\s*["']?(?:node-modules|pnpm)\b/m.test(project?.text('.yarnrc.yml') ?? '')
}

/** A modern Yarn has one cache for all projects in the home directory, unless the project keeps its own. */
function yarnCache(step: StepModel, { command: { variables } }: Action, project: Facts['project']): string | undefined {
  const told = variables.get('YARN_CACHE_FOLDER') ?? variables.get('YARN_GLOBAL_FOLDER')
  const own = /^(?:enableGlobalCache:\s*false|cacheFolder:|globalFolder:)/m.test(project?.text('.yarnrc.yml') ?? '')
  const home = homeOf(step)
  return told !== undefined || own || home === undefined ? undefined : `${home}/.yarn/berry/cache`
}

/** Debian's images delete the archives themselves (docker-clean), unless somebody takes that away. */
function archivesOf({ final }: Facts, { step, action }: StepAction<'install' | 'refresh-index'>): string | undefined {
  if (action.kind !== 'install') return undefined
  const before = final.history.slice(0, final.history.indexOf(step) + 1)
  const taken = actionsIn(before, 'delete').some(({ action: { paths } }) =>
    paths.some((path) => path.startsWith('/etc/apt/apt.conf.d/docker-clean')),
  )
  return taken ? aptArchives : undefined
}

function isUnknownDirectory(path: string): boolean {
  return path.includes('$')
}

/** Old and new names of the same directories; a mount for yarn may be for either of its generations. */
function isMountedSomehow(step: StepModel, manager: PackageManager, path: string): boolean {
  const others =
    manager === 'dnf' ? ['/var/cache/yum', '/var/cache/libdnf5'] : manager === 'apk' ? ['/etc/apk/cache'] : []
  if ([path, ...others].some((one) => isMounted(step, one))) return true
  if (manager === 'poetry' || manager === 'pipenv')
    return step.mounts.some(({ target }) => target.includes(manager.slice(-6)))
  return (
    manager === 'yarn' && step.mounts.some(({ mount, target }) => mount.type === 'cache' && target.includes('yarn'))
  )
}

function isCleaned(step: StepModel, action: Action & { readonly manager: PackageManager }, path: string): boolean {
  const after = actionsAfter(step, action)
  const { manager } = action
  if (isDeletedBy(after, path)) return true
  if (manager === 'dnf' && isDeletedBy(after, '/var/cache/yum')) return true
  return after.some(
    (one) => one.kind === 'clean-cache' && (one.manager === manager || (one.manager === 'pip' && manager === 'pipenv')),
  )
}

const remedies: ReadonlyMap<PackageManager, string> = new Map<PackageManager, string>([
  ['npm', 'write RUN --mount=type=cache,target=/root/.npm …, or end it with && npm cache clean --force'],
  ['yarn', 'end this RUN with && yarn cache clean, or mount a cache at the path that yarn cache dir prints'],
  ['pip', 'write pip install --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache/pip …'],
  ['apk', 'write apk add --no-cache, without apk update'],
  ['dnf', 'end this RUN with && dnf clean all (yum and microdnf take the same words)'],
  ['zypper', 'end this RUN with && zypper clean --all'],
  ['pacman', 'end this RUN with && pacman -Scc --noconfirm'],
  ['apt', 'end this RUN with && apt-get clean, or mount a cache at /var/cache/apt'],
])

/** Flags where they do it, a mount where the cache is worth keeping, a command at the end otherwise. */
function fixesFor(file: Facts['file'], step: StepModel, kept: readonly Kept[]): readonly Fix[] {
  const run = editableRun(step)
  const [first] = kept
  if (run === undefined || first === undefined) return []
  const edits = kept.map(flagEdit)
  if (edits.every((edit) => edit !== undefined)) {
    const names = [...new Set(kept.map(({ manager }) => flags.get(manager) ?? ''))]
    return [{ title: `write ${names.join(' and ')}`, edits: edits.flat(), claims: ['smaller'], safety: 'safe' }]
  }
  const { manager, path, action } = first
  if (kept.some((other) => other.manager !== manager)) return []
  const mounts = manager === 'npm' && path === '/root/.npm/_cacache' ? [mountFix(file, run)] : []
  const command = cleanings.get(manager)?.(action.command.program)
  const cleaned =
    command === undefined ? [] : appendFix(file, step, { title: `end with ${command}`, command, claims: ['smaller'] })
  return [...mounts, ...cleaned]
}

function flagEdit({ manager, action }: Kept): readonly Edit[] | undefined {
  const flag = flags.get(manager)
  const { command } = action
  const word = wordBefore(command)
  if (flag === undefined || action.kind !== 'install' || word === undefined || command.programWord?.text === 'uv')
    return undefined
  return insertWordAfter(word, flag)
}

/** The subcommand, also of `python -m pip install`. */
function wordBefore({ words, args }: Action['command']): Placed | undefined {
  return words[args.findIndex((arg) => arg === 'install' || arg === 'add' || arg === 'sync')]
}

function mountFix(file: Facts['file'], run: Instruction): Fix {
  const edits = insertFlag(file, run, '--mount=type=cache,target=/root/.npm')
  return { title: 'mount a cache at /root/.npm', edits, claims: ['smaller'], safety: 'safe' }
}

const flags: ReadonlyMap<PackageManager, string> = new Map<PackageManager, string>([
  ['pip', '--no-cache-dir'],
  ['apk', '--no-cache'],
  ['poetry', '--no-cache'],
])

const cleanings: ReadonlyMap<PackageManager, (program: string) => string> = new Map<
  PackageManager,
  (program: string) => string
>([
  ['npm', () => 'npm cache clean --force'],
  ['yarn', () => 'yarn cache clean'],
  ['dnf', (program) => `${program} clean all`],
  ['zypper', () => 'zypper clean --all'],
  ['pacman', () => 'pacman -Scc --noconfirm'],
  ['apt', () => 'apt-get clean'],
])
