import { pushImage, withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const quiet = input.flags.bool('quiet')
  const [text = ''] = input.args
  const { digest, tag } = await withSession(sessionOptions(context, input, { quiet }), (session) =>
    pushImage(session, text, context.signal),
  )
  await context.write(quiet ? `${digest}\n` : `${tag}: digest: ${digest}\n`)
  return 0
}
