import { imagePrices, withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'
import { run as runPlain, runCheck } from './check.ts'

/** `slipway check` as the program with all commands has it: with what an image tells, where that is asked for. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const image = input.flags.text('image')
  const level = input.flags.text('level')
  if (image === undefined && level !== 'build' && level !== 'image') return runPlain(context, input)
  return withSession(sessionOptions(context, input), (session) => runCheck(context, input, imagePrices(session, image)))
}
