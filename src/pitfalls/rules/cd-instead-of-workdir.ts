import type { Pitfall } from '../pitfall.ts'
import { runSteps } from '../queries/steps.ts'

/** A RUN changes its directory by itself. */
export const cdInsteadOfWorkdir: Pitfall = {
  id: 'cd-instead-of-workdir',
  summary: 'WORKDIR names the directory of a step, once and for all steps below.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: { hadolint: ['DL3003'], trivy: ['DS-0013'] },
  find: ({ stages }) =>
    runSteps(stages.flatMap(({ steps }) => steps)).flatMap((step) => {
      const { commands } = step.command.script
      const first = commands.find(({ program }) => program !== 'set' && program !== '')
      const directory = first?.args.at(-1)
      // In the middle of a script, or for a part of it, cd is what it takes.
      if (first?.program !== 'cd' || first.conditions.length > 0 || directory === undefined || directory === '-')
        return []
      if (step.trigger || commands.filter(({ program }) => program === 'cd').length > 1 || commands.at(-1) === first)
        return []
      return [
        {
          at: step.at,
          message: `this RUN begins with cd ${directory}; steps below are where they were before`,
          hint: `write WORKDIR ${directory} above it`,
          evidence: { directory },
        },
      ]
    }),
}
