import type { ShellCommand } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { placeOf, runSteps } from '../queries/steps.ts'

/** The failure of a program in front of a pipe is not noticed. */
export const pipefailMissing: Pitfall = {
  id: 'pipefail-missing',
  summary: 'A step fails when any program of a pipe fails, not only the last one.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: { hadolint: ['DL4006'] },
  find: ({ stages }: Facts) => runSteps(stages.flatMap(({ steps }) => steps)).flatMap(inStep),
}

function inStep(step: ReturnType<typeof runSteps>[number]): readonly PitfallHit[] {
  const { commands, options } = step.command.script
  if (step.trigger || options.has('pipefail') || setsPipefail(step)) return []
  const seen = new Set<number>()
  return commands.flatMap((command) => {
    const { pipe } = command
    if (pipe === undefined || pipe.index === pipe.length - 1 || seen.has(pipe.id) || !canFail(command)) return []
    // Another shell has options of its own.
    if (command.wrappers.some((wrapper) => wrapper.endsWith(' -c'))) return []
    seen.add(pipe.id)
    const last = commands.find((other) => other.pipe?.id === pipe.id && other.pipe.index === pipe.length - 1)
    return [
      {
        at: placeOf(step, { command }),
        message: `when ${command.program} fails, this step still succeeds if ${last?.program ?? 'the last program'} does`,
        hint: 'begin the RUN with set -o pipefail, or write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above (the sh of Debian 12 and older knows no pipefail)',
        evidence: { program: command.program },
      },
    ]
  })
}

function setsPipefail({ before }: StepModel): boolean {
  return before.shell?.some((word) => word === 'pipefail') === true
}

/** Programs that only write what they are given do not fail. */
function canFail({ program, failureIgnored }: ShellCommand): boolean {
  return !failureIgnored && !/^(?:|echo|printf|yes|true|cat|ls|env|:)$/.test(program)
}
