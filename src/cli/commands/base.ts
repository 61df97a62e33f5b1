import { makeBase, withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { chosenPlatforms } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const quiet = flags.bool('quiet')
  const mirror = flags.text('mirror')
  await withSession({ ...sessionOptions(context, input, { quiet }), logged: true }, async (session) => {
    for (const platform of chosenPlatforms(flags.list('platform'))) {
      const request = {
        name: args[0] ?? '',
        platform,
        packages: flags.list('package'),
        tags: flags.list('tag'),
        ...(mirror === undefined ? {} : { mirror }),
      }
      const made = await makeBase(session, request, context.signal)
      if (!quiet)
        context.notice(
          `${made.names.join(', ')}: ${made.packages.length} packages. Not the official image: ${made.difference}`,
        )
      await context.write(`${made.record.id}\n`)
    }
  })
  return 0
}
