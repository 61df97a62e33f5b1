import type { CommandContext } from '../command.ts'
import { fixContext } from '../fix-context.ts'
import { fixFindings } from '../fix-findings.ts'
import { fixBases } from '../fix-bases.ts'
import { fixStdin } from '../fix-stdin.ts'
import type { ParsedInput } from '../flags.ts'

/** The patch, or the text of standard input, goes to standard output; what it does and what it leaves to standard error. */
export function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { args, flags } = input
  if (args.length === 1 && args[0] === '-') return fixStdin(context, input)
  if (flags.bool('ignore')) return fixContext(context, input)
  return flags.given('update-bases') || flags.bool('pin') ? fixBases(context, input) : fixFindings(context, input)
}
