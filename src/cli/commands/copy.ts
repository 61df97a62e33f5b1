import { copyImage, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { chosenPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const [from = '', to = ''] = args
  const platforms = flags.list('platform').map(chosenPlatform)
  if (flags.bool('all') && platforms.length > 0)
    throw new SlipwayError('usage', '--all and --platform exclude each other')
  const quiet = flags.bool('quiet')
  const digest = await withSession(sessionOptions(context, input, { quiet }), (session) =>
    copyImage(session, {
      from,
      to,
      preserveDigests: flags.bool('preserve-digests'),
      cwd: context.cwd,
      signal: context.signal,
      ...(platforms.length === 0 ? {} : { platforms }),
    }),
  )
  await context.write(`${digest}\n`)
  return 0
}
