import { importRootfs, machinePlatform, withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { args, flags } = input
  const [file = '-', name] = args
  const message = flags.text('message')
  const id = await withSession(sessionOptions(context, input), (session) =>
    importRootfs(session, {
      file,
      cwd: context.cwd,
      stdin: context.stdin,
      platform: wantedPlatform(input) ?? machinePlatform(),
      changes: flags.list('change'),
      signal: context.signal,
      ...(name === undefined ? {} : { name }),
      ...(message === undefined ? {} : { message }),
    }),
  )
  await context.write(`${id}\n`)
  return 0
}
