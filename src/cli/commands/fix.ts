import type { CommandContext } from '../command.ts'
import { fixContext } from '../fix-context.ts'
import { fixFindings } from '../fix-findings.ts'
import { fixBases } from '../fix-bases.ts'
import type { ParsedInput } from '../flags.ts'

/** The patch goes to standard output, what it does and what it leaves to standard error. */
export function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  if (flags.bool('ignore')) return fixContext(context, input)
  return flags.given('update-bases') || flags.bool('pin') ? fixBases(context, input) : fixFindings(context, input)
}
