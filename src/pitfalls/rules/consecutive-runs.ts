import type { StepModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'

/** Small steps behind one another. */
export const consecutiveRuns: Pitfall = {
  id: 'consecutive-runs',
  summary: 'Small RUNs behind one another are one RUN: each is a layer, and is started by itself.',
  severity: 'info',
  level: 'static',
  profiles: ['size'],
  optIn: true,
  peers: { hadolint: ['DL3059'] },
  find: ({ final }) =>
    final.chain.flatMap(({ steps }) =>
      steps.flatMap((step, index) => {
        const above = steps[index - 1]
        // Of a row of them the last one speaks.
        if (above === undefined || !joins(above, step) || joins(step, steps[index + 1])) return []
        const first = firstOf(steps, index)
        return [
          {
            at: step.at,
            message: `${index - first + 1} RUNs follow one another from line ${steps[first]?.line ?? step.line}`,
            hint: 'join them with &&, or as lines of a heredoc, unless they change at different times',
            evidence: { count: index - first + 1 },
          },
        ]
      }),
    ),
}

function firstOf(steps: readonly StepModel[], last: number): number {
  let first = last
  while (first > 0 && joins(steps[first - 1], steps[first])) first -= 1
  return first
}

/** Both are small, and are run alike. */
function joins(one: StepModel | undefined, other: StepModel | undefined): boolean {
  if (one === undefined || other === undefined || !isSmall(one) || !isSmall(other)) return false
  const flags = (step: StepModel): string =>
    step.instruction.flags.map(({ name, content }) => `${name.text}=${content ?? ''}`).join(' ')
  return flags(one) === flags(other)
}

/** What takes long is better kept apart: its layer is used again. */
function isSmall({ kind, trigger, command, instruction }: StepModel): boolean {
  if (kind !== 'RUN' || trigger || command?.form !== 'shell' || instruction.heredocs.length > 0) return false
  const { script, actions } = command
  return (
    script.commands.length <= 2 &&
    !actions.some((action) => ['install', 'build', 'test', 'upgrade', 'clone', 'download'].includes(action.kind))
  )
}
