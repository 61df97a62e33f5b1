import type { ShellCommand } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { runSteps } from './steps.ts'

/** A command of a RUN. */
export interface RunCommand {
  readonly step: StepModel
  readonly command: ShellCommand
}

/** The commands of all RUNs, in the order of the file; what ONBUILD and FROM bring from elsewhere is left out. */
export function runCommands({ stages }: Facts): readonly RunCommand[] {
  return runSteps(stages.flatMap(({ steps }) => steps))
    .filter(({ trigger }) => !trigger)
    .flatMap((step) => step.command.script.commands.map((command) => ({ step, command })))
}

/** The first word that is not an option: `install` of `apt-get -y install git`. */
export function subcommandOf({
  words,
  args,
}: ShellCommand): { readonly text: string; readonly word: ShellCommand['words'][number] } | undefined {
  const index = args.findIndex((arg) => !arg.startsWith('-'))
  const [text, word] = [args[index], words[index]]
  return text === undefined || word === undefined ? undefined : { text, word }
}

/** Whether a command has one of some short options, alone or among others (`k` of `-fsSLk`), or one of some long ones. */
export function hasOption({ args }: ShellCommand, short: string, ...long: readonly string[]): boolean {
  return args.some(
    (arg) =>
      long.some((name) => arg === name || arg.startsWith(`${name}=`)) ||
      (short !== '' && /^-[A-Za-z0-9#]+$/.test(arg) && arg.includes(short)),
  )
}
