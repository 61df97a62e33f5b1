import { removeWord } from '../../editing/index.ts'
import type { Pitfall } from '../pitfall.ts'
import { runCommands } from '../queries/run-commands.ts'
import { placeOf } from '../queries/steps.ts'

/** sudo where root works already. */
export const noSudo: Pitfall = {
  id: 'no-sudo',
  summary: 'Commands of RUN are root already until USER says otherwise: sudo does nothing but has to be installed.',
  severity: 'info',
  level: 'static',
  profiles: ['security'],
  peers: { hadolint: ['DL3004'], dockle: ['DKL-DI-0001'], trivy: ['DS-0010'] },
  find: (facts) =>
    runCommands(facts)
      .filter(({ step, command }) => step.before.isRoot === true && command.wrappers.includes('sudo'))
      .map(({ step, command }) => {
        const word = /^sudo(?=[ \t]+[^-\s][^\s=]*(?:\s|$))/.exec(facts.file.source.text.slice(command.span.start))
        const span = { start: command.span.start, end: command.span.start + (word?.[0].length ?? 0) }
        return {
          at: placeOf(step, { command }),
          message: `sudo runs ${command.program} as root, which this RUN is already`,
          hint: 'leave sudo out; for a command of another user, write USER around it, or gosu in an entrypoint',
          evidence: { program: command.program },
          ...(word === null || step.trigger || /=/.test(command.programWord?.text ?? '')
            ? {}
            : {
                fixes: [
                  {
                    title: 'leave sudo out',
                    edits: removeWord(facts.file, { span }),
                    claims: ['same-files'] as const,
                    safety: 'proof' as const,
                  },
                ],
              }),
        }
      }),
}
