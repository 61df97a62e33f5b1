import type { Fix } from '../../core/index.ts'
import type { Facts, MountModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { cachingTools } from '../../caches/index.ts'
import { cachingToolsOf, type ToolUse } from '../queries/cache-tools.ts'
import { keepingFix, keptCacheFix, movedMountFix } from '../repairs/mend-cache-mount.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { runSteps } from '../queries/steps.ts'

/** A cache mount that stays empty. */
export const cacheMountIneffective: Pitfall = {
  id: 'cache-mount-ineffective',
  summary: 'A cache mount is where the tool keeps its cache, and nothing switches that off or empties it.',
  severity: 'warning',
  level: 'static',
  profiles: ['speed'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  return runSteps(facts.stages.filter(({ reachable }) => reachable).flatMap(({ steps }) => steps)).flatMap((step) => {
    const caches = step.mounts.filter(({ mount, target }) => mount.type === 'cache' && !target.includes('$'))
    if (caches.length === 0) return []
    const tools = cachingToolsOf(step)
    return caches.flatMap((mount) => {
      const reason = reasonFor(facts, step, { mount, tools })
      if (reason === undefined) return []
      return [
        {
          at: step.trigger ? step.at : mount.at,
          message: `the cache mount ${mount.target} stays empty: ${reason.why}`,
          hint: reason.instead,
          evidence: { target: mount.target },
          fixes: reason.mend(facts, step, mount),
        },
      ]
    })
  })
}

interface Reason {
  readonly why: string
  readonly instead: string
  readonly mend: (facts: Facts, step: StepModel, mount: MountModel) => readonly Fix[]
}

function reasonFor(
  facts: Facts,
  step: StepModel,
  { mount: { target }, tools }: { readonly mount: MountModel; readonly tools: readonly ToolUse[] },
): Reason | undefined {
  const removed = removedBy(step, target)
  if (removed !== undefined) return removed
  const meant = tools.filter(
    ({ tool, places }) => tool.meant.test(target) || places.some(({ path }) => overlap(path, target)),
  )
  if (meant.length === 0) return otherTool(step, target, tools)
  const alive = meant.filter(({ disabled }) => disabled === undefined)
  const [off] = meant.flatMap(({ disabled }) => disabled ?? [])
  if (alive.length === 0 && off !== undefined) return disabledBy(off)
  if (alive.some(({ places }) => places.length === 0 || places.some(({ path }) => overlap(path, target))))
    return undefined
  return isCertain(facts, step, target) ? elsewhere(step, alive[0]) : undefined
}

function disabledBy(off: { readonly reason: string; readonly fix: string }): Reason {
  return { why: off.reason, instead: off.fix, mend: (facts, step) => keepingFix(facts, step, off) }
}

function elsewhere(step: StepModel, use: ToolUse | undefined): Reason | undefined {
  const place = use?.places[0]
  if (use === undefined || place === undefined) return undefined
  const name = use.tool.name.split(' ')[0] ?? use.tool.name
  const user = step.before.user ?? 'root'
  const because = place.because === undefined ? `the step runs as ${user}, and ` : `because of ${place.because}, `
  return {
    why: `${because}${name} keeps its cache in ${place.path}`,
    instead: `mount it there: --mount=type=cache,target=${place.path}`,
    mend: (_, own, mount) => movedMountFix(mount, own, place.path),
  }
}

/** Managers of one language: each has a cache of its own. */
const families: readonly (readonly string[])[] = [
  ['npm', 'yarn', 'pnpm', 'bun'],
  ['pip', 'uv', 'poetry'],
  ['apt', 'apk', 'dnf'],
]

/** The mount is for a manager that the step does not run, while it runs another one of the same language. */
function otherTool(step: StepModel, target: string, tools: readonly ToolUse[]): Reason | undefined {
  const [owner] = cachingTools.filter(({ meant }) => meant.test(target))
  const family = families.find((names) => owner !== undefined && names.includes(owner.name))
  const used = tools.find(({ tool, places }) => family?.includes(tool.name) === true && places.length > 0)
  if (owner === undefined || used === undefined || runsUnknown(step)) return undefined
  return {
    why: `it is the cache of ${owner.name}, and the step runs ${used.tool.name}, which keeps its own in ${used.places[0]?.path ?? ''}`,
    instead: `--mount=type=cache,target=${used.places[0]?.path ?? ''}`,
    mend: (_, own, mount) => movedMountFix(mount, own, used.places[0]?.path ?? '$'),
  }
}

/** Programs of the project may run anything. */
function runsUnknown({ command }: StepModel): boolean {
  return (command?.actions ?? []).some(
    (action) =>
      (action.kind === 'build' && action.tool === 'make') ||
      (action.kind === 'other' &&
        !/^(?:cd|echo|set|export|corepack|true|printf|test|\[)$/.test(action.command.program)),
  )
}

function removedBy({ command }: StepModel, target: string): Reason | undefined {
  const root = withoutSlash(target)
  const action = command?.actions.find(
    (one) =>
      one.kind === 'delete' &&
      one.paths.some((path) => {
        const gone = withoutSlash(path.replace(/\/(?:\*+|\.\*|\{,\.\}\*)$/, '') || '/')
        return isWithin(root, gone) || (root === '/var/lib/apt' && gone === '/var/lib/apt/lists')
      }),
  )
  if (action === undefined) return undefined
  const { program, args } = action.command
  return {
    why: `${[program, ...args].join(' ')} empties it`,
    instead: 'leave that out: what is in the mount is in no layer anyway',
    mend: (facts, own) => keptCacheFix(facts, own, action),
  }
}

/** What moves a cache is in the file: the base is known, and no command or file of settings says otherwise. */
function isCertain({ project }: Facts, step: StepModel, target: string): boolean {
  const { base, history } = step.stage
  if (!base.known || (target.startsWith('/home/gradle') && /gradle/.test(base.written))) return false
  const configured = runSteps(history).some(({ command }) =>
    command.script.commands.some(
      ({ program, args }) =>
        /^(?:npm|yarn|pnpm|pip\d*|poetry|go|composer|bundle)$/.test(program) &&
        (args[0] === 'config' || (args[0] === 'env' && args[1] === '-w')),
    ),
  )
  const settings = [
    '.npmrc',
    '.yarnrc',
    '.yarnrc.yml',
    'pnpm-workspace.yaml',
    'bunfig.toml',
    'poetry.toml',
    'uv.toml',
    '.cargo/config.toml',
    '.mvn/maven.config',
    'gradle.properties',
  ]
  const moved = settings.some((name) =>
    /cache|store|repo\.local|user\.home|target-dir/i.test(project?.text(name) ?? ''),
  )
  return !configured && !moved
}

function overlap(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one)
}
