import type { StageModel } from '../facts.ts'
import type { RunCommand } from './run-commands.ts'
import { runSteps } from './steps.ts'

/** The commands of the RUNs of a stage and of those that it continues. */
export function runCommandsOf({ history }: StageModel): readonly RunCommand[] {
  return runSteps(history).flatMap((step) => step.command.script.commands.map((command) => ({ step, command })))
}
