import type { Action } from '../../shell/index.ts'
import type { Fix } from '../../core/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { commandName, isMounted, shownFor } from '../queries/package-residue.ts'
import { editableRun, withoutRun } from '../repairs/run-edits.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

/** A RUN refreshes an index and installs nothing. */
export const updateAlone: Pitfall = {
  id: 'update-alone',
  summary: 'The RUN that refreshes a package index also installs from it: alone it is cached, and old when it is used.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'speed', 'production'],
  peers: { dockle: ['CIS-DI-0007'], trivy: ['DS-0017'] },
  find,
}

function find({ stages, file }: Facts): readonly PitfallHit[] {
  const alone = actionsIn(
    stages.flatMap(({ steps }) => steps),
    'refresh-index',
  ).filter(isAlone)
  return alone
    .filter(({ step }, index) => alone.findIndex((other) => other.step === step) === index)
    .map(({ step, action }) => {
      const name = commandName(action.manager)
      const user = laterInstall(step.stage.steps.slice(step.index + 1), action)
      const used = user === undefined ? '' : `: line ${user.step.line} installs from the index that was cached here`
      return {
        at: shownFor(step, action),
        message: `this RUN refreshes the index of ${name} and installs nothing${used}`,
        hint: `write ${verbs.get(action.manager) ?? `${name} update`} && ${name} ${action.manager === 'apk' ? 'add' : 'install'} … in one RUN`,
        evidence: { manager: action.manager },
        fixes: user === undefined ? [] : fixFor(file, { step, action }, user),
      }
    })
}

const verbs: ReadonlyMap<string, string> = new Map([
  ['apt', 'apt-get update'],
  ['dnf', 'dnf makecache'],
  ['zypper', 'zypper refresh'],
])

/** Nothing in the RUN can use the index: what comes behind is known, and is something else. */
function isAlone({ step, action }: StepAction<'refresh-index'>): boolean {
  const actions = step.command?.actions ?? []
  if (step.command?.script.broken === true || isMounted(step, indexOf.get(action.manager) ?? '/nowhere')) return false
  return !actions.some((one) => usesIndex(one, action)) && actions.slice(actions.indexOf(action) + 1).every(isHarmless)
}

const indexOf: ReadonlyMap<string, string> = new Map([
  ['apt', '/var/lib/apt/lists'],
  ['apk', '/var/cache/apk'],
  ['dnf', '/var/cache/dnf'],
])

function usesIndex(action: Action, { manager, command }: StepAction<'refresh-index'>['action']): boolean {
  if (action.kind !== 'install' && action.kind !== 'upgrade') return false
  return action.manager === manager || action.command === command
}

function isHarmless({ kind, command: { program, args } }: Action): boolean {
  if (/^apt(?:-get|itude)?$|^apk$|^dnf$|^yum$|^zypper$/.test(program) && kind === 'other')
    return args.some((arg) => /^(?:auto)?clean$|^autoremove$/.test(arg))
  return kind !== 'other' || harmless.has(program)
}

const harmless = new Set([
  '',
  'echo',
  'true',
  ':',
  'cd',
  'set',
  'export',
  'sleep',
  'exit',
  'printf',
  'ls',
  'cat',
  'date',
])

function laterInstall(
  steps: Parameters<typeof actionsIn>[0],
  { manager }: StepAction<'refresh-index'>['action'],
): StepAction<'install'> | undefined {
  return actionsIn(steps, 'install').find(({ action }) => action.manager === manager)
}

/** The refresh moves to the RUN that installs, which does not refresh by itself. */
function fixFor(
  file: Facts['file'],
  { step, action }: StepAction<'refresh-index'>,
  user: StepAction<'install'>,
): readonly Fix[] {
  const [own, other] = [editableRun(step), editableRun(user.step)]
  const commands = step.command?.script.commands ?? []
  const { command } = user.action
  if (own === undefined || other === undefined || own.flags.length > 0 || commands.length !== 1) return []
  if (
    own.command.form === 'exec' ||
    other.command.form === 'exec' ||
    command.pipe !== undefined ||
    command.conditions.length > 0
  )
    return []
  if (step.command?.actions.length !== 1 || action.command.wrappers.some((wrapper) => wrapper !== 'sudo')) return []
  const text = file.source.text.slice(action.command.span.start, action.command.span.end)
  if (text.includes('\n')) return []
  const before = { start: command.span.start, end: command.span.start }
  // apk --no-cache asks for the index by itself.
  const refreshes =
    user.action.noCache || actionsIn([user.step], 'refresh-index').some((one) => one.action.manager === action.manager)
  return [
    {
      title: `refresh the index in the RUN that installs (line ${user.step.line})`,
      edits: [...withoutRun(file, step), ...(refreshes ? [] : [{ span: before, text: `${text} && ` }])],
      claims: [],
      safety: 'safe',
    },
  ]
}
