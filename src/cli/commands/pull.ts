import { machinePlatform, pullImage, withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const quiet = input.flags.bool('quiet')
  const [text = ''] = input.args
  const pulled = await withSession(sessionOptions(context, input, { quiet }), (session) =>
    pullImage(session, text, { platform: wantedPlatform(input) ?? machinePlatform(), signal: context.signal }),
  )
  const { digest, name, upToDate } = pulled
  const status = upToDate ? `Image is up to date for ${text}` : `Downloaded newer image for ${text}`
  await context.write(quiet ? `${digest}\n` : `Digest: ${digest}\nStatus: ${status}\n${name}\n`)
  return 0
}
