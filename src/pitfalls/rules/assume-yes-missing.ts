import { insertWordAfter } from '../../editing/index.ts'
import type { Fix } from '../../core/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { configuresApt } from '../queries/apt-settings.ts'
import { subcommandOf } from '../queries/run-commands.ts'
import { actionsIn, placeOf, type StepAction } from '../queries/steps.ts'

/** A package manager asks, and nobody answers. */
export const assumeYesMissing: Pitfall = {
  id: 'assume-yes-missing',
  summary: 'Package managers are told to go ahead: in a build nobody answers their question, and they give up.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision'],
  peers: { hadolint: ['DL3014', 'DL3030', 'DL3034', 'DL3038'], trivy: ['DS-0021'] },
  find,
}

function find({ stages }: Facts): readonly PitfallHit[] {
  return stages.flatMap(({ steps, history }) =>
    actionsIn(steps, 'install')
      .filter(({ step, action }) => !step.trigger && asks(action) && !configuresApt(history, step, /Assume-Yes/i))
      .map((one) => {
        const { program } = one.action.command
        const flag = program === 'zypper' ? '--non-interactive' : '-y'
        const names = one.action.packages.map(({ name }) => name).slice(0, 3)
        return {
          at: placeOf(one.step, one.action),
          message: `${program} ${one.action.subcommand}${names.length > 0 ? ` of ${names.join(', ')}` : ''} asks before it goes on, and the build has no one to answer`,
          hint:
            program === 'zypper'
              ? `write zypper ${flag} ${one.action.subcommand}`
              : `write ${program} ${one.action.subcommand} ${flag}`,
          evidence: { program },
          fixes: fixFor(one, flag),
        }
      }),
  )
}

function asks({ manager, assumeYes, command: { program, pipe, redirects } }: StepAction<'install'>['action']): boolean {
  if (assumeYes || program === 'microdnf' || program === 'dpkg' || program === 'rpm') return false
  // Something answers: `yes | …`, `<<< y`.
  if ((pipe?.index ?? 0) > 0 || redirects.some(({ operator }) => operator.startsWith('<'))) return false
  return manager === 'apt' || manager === 'dnf' || manager === 'zypper'
}

function fixFor({ action: { command } }: StepAction<'install'>, flag: string): readonly Fix[] {
  const after = command.program === 'zypper' ? command.programWord : subcommandOf(command)?.word
  if (after === undefined) return []
  return [{ title: `write ${flag}`, edits: insertWordAfter(after, flag), claims: [], safety: 'safe' }]
}
