import { namesIn, pushImage, withSession } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { chosenPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const quiet = flags.bool('quiet')
  const [text = ''] = input.args
  const platforms = flags.list('platform').map(chosenPlatform)
  await withSession(sessionOptions(context, input, { quiet }), async (session) => {
    const names = flags.bool('all-tags') ? await namesIn(session, text) : [text]
    for (const name of names) {
      const { digest, tag, size } = await pushImage(session, name, {
        signal: context.signal,
        ...(platforms.length === 0 ? {} : { platforms }),
      })
      await context.write(quiet ? `${digest}\n` : `${tag}: digest: ${digest} size: ${size}\n`)
    }
  })
  return 0
}
