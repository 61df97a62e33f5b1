import type { StepModel } from '../facts.ts'
import { runSteps } from './steps.ts'

/** Programs that do what a file says. */
const interpreters = new Set(
  'sh bash dash ash zsh source . python python3 perl ruby node ansible-playbook chef-client puppet make just task'.split(
    ' ',
  ),
)

/** Whether a RUN among some steps does things that nobody can read in the Dockerfile: scripts, installers, broken text. */
export function runsUnread(steps: readonly StepModel[]): boolean {
  return runSteps(steps).some(
    ({ command: { script } }) =>
      script.broken ||
      script.commands.some(
        ({ program, programWord, args }) =>
          /\.(?:sh|bash|py|pl)$/.test(program) ||
          (/\//.test(programWord?.text ?? '') && !/^\/(?:usr\/)?s?bin\//.test(programWord?.text ?? '')) ||
          programWord?.text.startsWith('$') === true ||
          (interpreters.has(program) && !args.some((arg) => /^-(?:m|c|e|-version|V)$/.test(arg))),
      ),
  )
}
