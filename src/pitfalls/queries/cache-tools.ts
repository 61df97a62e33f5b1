import { cachingTools, type CachingTool, type Surroundings } from '../../caches/index.ts'
import type { ShellCommand } from '../../shell/index.ts'
import type { StepModel } from '../facts.ts'
import { homeOf } from './package-residue.ts'
import { runSteps } from './steps.ts'

/** A tool with a cache that a step runs. */
export interface ToolUse {
  readonly tool: CachingTool
  /** Directories of its cache; those below a home that nobody knows are left out. */
  readonly places: ReturnType<CachingTool['places']>
  /** Why it keeps nothing, when that is known. */
  readonly disabled?: ReturnType<NonNullable<CachingTool['disabled']>>
}

/** A home directory that nobody knows: paths below it are no paths. */
const unknownHome = '/?'

/** The tools of a step that keep caches, with what its commands, variables and base say about them. */
export function cachingToolsOf(step: StepModel): readonly ToolUse[] {
  const commands = step.command?.script.commands ?? []
  const all = commands.map((command) => surroundingsOf(step, command))
  return cachingTools.flatMap((tool): readonly ToolUse[] => {
    const own = all.filter(({ text }) => tool.command.test(text) && isProgramOf(tool, text))
    const [first] = own
    if (first === undefined) return []
    const places = own.flatMap((one) => tool.places(one)).filter(({ path }) => !path.startsWith(unknownHome))
    // `npm cache clean` is a command of its own, of the same program.
    const asked = [...own, ...all.filter(({ text }) => isProgramOf(tool, text))]
    const disabled = asked.map((one) => tool.disabled?.(one)).find((one) => one !== undefined)
    return [{ tool, places, ...(disabled === undefined ? {} : { disabled }) }]
  })
}

/** The programs by which a tool of the table goes; its name without what it keeps is one of them. */
const programs: Readonly<Record<string, RegExp>> = {
  apt: /^(?:apt|apt-get|aptitude)\s/,
  dnf: /^(?:micro)?(?:dnf5?|yum)\s/,
  npm: /^(?:npm|npx)\s/,
  pip: /^(?:pip[\d.]*|python[\d.]*\s+-m\s+pip)\s/,
  maven: /^(?:mvnw?|mvnd)\s/,
  gradle: /^gradlew?\s/,
  composer: /^composer(?:\.phar)?\s/,
  nuget: /^dotnet\s/,
  ccache: /^(?:ccache|make|ninja|cmake|gcc|g\+\+|cc|c\+\+)\s/,
}

function isProgramOf({ name }: CachingTool, text: string): boolean {
  const known = programs[name]
  return known === undefined ? text.startsWith(`${name.split(' ')[0] ?? name} `) : known.test(text)
}

function surroundingsOf(step: StepModel, { program, args, assignments, variables, cwd }: ShellCommand): Surroundings {
  const home = homeOf(step) ?? unknownHome
  const isRoot = step.before.isRoot ?? true
  return {
    text: `${[program, ...args].join(' ')} `,
    cwd: cwd ?? unknownHome,
    home: home === '/' ? '' : home.replace(/\/$/, ''),
    user: step.before.user ?? 'root',
    uid: isRoot ? 0 : 1,
    gid: isRoot ? 0 : 1,
    variable: (name) => assignments.findLast((one) => one.name === name)?.value ?? variables.get(name),
    file: (path) => aptSetting(step, path),
  }
}

const dockerClean = '/etc/apt/apt.conf.d/docker-clean'

/** The settings of apt that decide whether it keeps packages, as the base and the steps so far have left them. */
function aptSetting(step: StepModel, path: string): string | undefined {
  const { stage } = step
  const { distribution, known } = stage.base
  const history = stage.history
  const before = runSteps(history.slice(0, history.indexOf(step) + 1))
  if (path !== dockerClean) {
    const kept = before.some(({ command }) =>
      command.actions.some((action) => action.kind === 'write' && action.paths.some((one) => isAptSetting(one))),
    )
    const copied = history.some(({ transfer }) => transfer !== undefined && isAptSetting(transfer.destination))
    return kept || copied ? 'Keep-Downloaded-Packages "true"' : undefined
  }
  // Images made for containers have it; of others nobody knows.
  if (!known || (distribution !== 'debian' && distribution !== 'ubuntu')) return undefined
  const gone = before.some(({ command }) =>
    command.actions.some(
      (action) => (action.kind === 'delete' || action.kind === 'write') && action.paths.some((one) => isAptHook(one)),
    ),
  )
  const replaced = history.some(({ transfer }) => transfer !== undefined && isAptHook(transfer.destination))
  const edited = before.some(({ command }) =>
    command.script.commands.some(({ args }) => args.some((arg) => arg.endsWith('docker-clean'))),
  )
  return gone || replaced || edited ? undefined : ''
}

function isAptHook(path: string): boolean {
  return /^\/etc\/apt\/apt\.conf\.d\/(?:docker-clean|docker\*|docker-\*|\*)?$/.test(path)
}

function isAptSetting(path: string): boolean {
  return /^\/etc\/apt\/apt\.conf(?:\.d\/(?!docker-clean)|$)/.test(path)
}
