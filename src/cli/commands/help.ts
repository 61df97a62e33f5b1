import { didYouMean, SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import { commandTable } from '../command-table.ts'
import type { ParsedInput } from '../flags.ts'
import { commandHelp, overviewHelp } from '../help.ts'

// Wider lines are harder to read, narrower ones break flags.
const widest = 110
const narrowest = 70

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const width = Math.min(widest, Math.max(narrowest, context.stdout.columns ?? 80))
  const [name] = input.help && input.command.name !== 'help' ? [input.command.name] : input.args
  await context.write(`${linesFor(name, width).join('\n')}\n`)
  return 0
}

function linesFor(name: string | undefined, width: number): string[] {
  if (name === undefined) return overviewHelp(width)
  const command = commandTable.find(
    (candidate) => candidate.name === name || candidate.aliases?.includes(name) === true,
  )
  if (command !== undefined) return commandHelp(command, width)
  const names = commandTable.map((candidate) => candidate.name)
  throw new SlipwayError('usage', `there is no command ${JSON.stringify(name)}`, {
    hint: didYouMean(name, names) ?? '`slipway help` lists all commands',
  })
}
