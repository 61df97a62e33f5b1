import type { Facts, StepModel } from '../facts.ts'
import { startScript } from './start-script.ts'

/** Programs that start another one as another user. */
const stepDown = /^(?:gosu|su-exec|setpriv|chpst|s6-setuidgid|runuser|su|setuidgid|supervisord|s6-svscan|init)$/

/** The program that the container starts gives up root itself: `gosu app …`, an entrypoint script that does so. */
export function stepsDownItself(facts: Facts): boolean {
  const { entrypoint, cmd } = facts.final.end
  return [entrypoint, cmd].some(
    (step) =>
      step !== undefined &&
      (namesIt(step) ||
        /\b(?:gosu|su-exec|setpriv|chpst|s6-setuidgid|runuser|su)\s+\S/.test(startScript(facts, step)?.text ?? '')),
  )
}

function namesIt({ command }: StepModel): boolean {
  return (command?.script.commands ?? []).some(
    ({ program, wrappers, args }) =>
      [program, ...wrappers].some((one) => stepDown.test(one)) || args.some((arg) => /^(?:gosu|su-exec)$/.test(arg)),
  )
}
