import { withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [source = '', target = ''] = input.args
  await withSession(sessionOptions(context, input), (session) => session.store.images.tag(source, target))
  return 0
}
