import type { CommandContext } from '../command.ts'
import { completionScript } from '../completion-scripts.ts'
import type { ParsedInput } from '../flags.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  await context.write(completionScript(input.args[0] ?? ''))
  return 0
}
