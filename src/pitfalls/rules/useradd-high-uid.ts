import { insertWordAfter } from '../../editing/index.ts'
import type { Pitfall } from '../pitfall.ts'
import { hasOption } from '../queries/run-commands.ts'
import { actionsIn, placeOf } from '../queries/steps.ts'

/** A log with room for every account below. */
export const useraddHighUid: Pitfall = {
  id: 'useradd-high-uid',
  summary: 'useradd with a large number gets --no-log-init: else /var/log/lastlog grows to gigabytes of nothing.',
  severity: 'warning',
  level: 'static',
  profiles: ['size'],
  peers: { hadolint: ['DL3046'] },
  find: ({ stages }) =>
    actionsIn(
      stages.flatMap(({ steps }) => steps),
      'create-user',
    )
      .filter(({ step, action: { uid, command } }) => {
        if (step.trigger || command.program !== 'useradd') return false
        return (uid ?? 0) >= 100_000 && !hasOption(command, 'l', '--no-log-init')
      })
      .map(({ step, action: { uid = 0, name, command } }) => ({
        at: placeOf(step, { command }),
        message: `useradd makes ${name} with the number ${uid}: /var/log/lastlog is written ${Math.round((uid * 292) / 1e6)} MB long, all zeros`,
        hint: 'write useradd --no-log-init, or take a number below 65536',
        evidence: { uid },
        costs: { line: step.line, paths: ['/var/log/lastlog', '/var/log/faillog'] },
        fixes:
          command.programWord === undefined
            ? []
            : [
                {
                  title: 'write --no-log-init',
                  edits: insertWordAfter(command.programWord, '--no-log-init'),
                  claims: ['smaller'] as const,
                  safety: 'proof' as const,
                },
              ],
      })),
}
