import { saveImages, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const dest = flags.text('output')
  const toStdout = dest === undefined || dest === '-'
  if (toStdout && context.stdout.isTTY) {
    throw new SlipwayError('usage', 'an archive is not written to a terminal', {
      hint: 'name a file with -o FILE, or pipe it into a program',
    })
  }
  const platform = wantedPlatform(input)
  await withSession(sessionOptions(context, input), (session) =>
    saveImages(session, args, {
      format: flags.text('format') === 'oci' ? 'oci' : 'docker',
      cwd: context.cwd,
      stdout: context.stdout,
      signal: context.signal,
      ...(toStdout ? {} : { dest }),
      ...(platform === undefined ? {} : { platform }),
    }),
  )
  return 0
}
