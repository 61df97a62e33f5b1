import type { StepModel } from '../facts.ts'
import { isWithin } from './origins.ts'

/** Whether a step at or above another one writes a setting of apt, or copies settings that nobody can read. */
export function configuresApt(steps: readonly StepModel[], until: StepModel, setting: RegExp): boolean {
  return steps.slice(0, steps.indexOf(until) + 1).some(({ command, transfer }) => {
    if (transfer !== undefined && isWithin(transfer.destination, '/etc/apt')) {
      const { destination } = transfer
      return !/sources\.list|\.(?:list|sources|gpg|asc|pref)$|keyrings|trusted/.test(destination)
    }
    // `echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/99local`
    return (command?.script.commands ?? []).some(
      ({ args, redirects, program }) =>
        (redirects.some(({ target }) => (target.value ?? target.text).startsWith('/etc/apt/')) || program === 'tee') &&
        args.some((arg) => setting.test(arg)),
    )
  })
}
