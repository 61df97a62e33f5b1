import {
  machinePlatform,
  namesAtRegistry,
  pullImage,
  pullPlatforms,
  type Session,
  withSession,
} from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { chosenPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

type Pulled = Awaited<ReturnType<typeof pullPlatforms>>

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const quiet = flags.bool('quiet')
  const [text = ''] = input.args
  const platforms = flags.list('platform').map(chosenPlatform)
  const all = flags.bool('all-platforms')
  if (all && input.written.has('platform'))
    throw new SlipwayError('usage', '--all-platforms and --platform exclude each other')
  const pull = async (session: Session, name: string): Promise<Pulled> => {
    if (all) return pullPlatforms(session, name, { signal: context.signal })
    if (platforms.length > 1) return pullPlatforms(session, name, { platforms, signal: context.signal })
    return pullImage(session, name, { platform: platforms[0] ?? machinePlatform(), signal: context.signal })
  }
  await withSession(sessionOptions(context, input, { quiet }), async (session) => {
    const names = flags.bool('all-tags') ? await namesAtRegistry(session, text, context.signal) : [text]
    for (const name of names) {
      const pulled = await pull(session, name)
      await context.write(quiet ? `${pulled.digest}\n` : report(name, pulled))
    }
  })
  return 0
}

function report(text: string, { digest, name, upToDate }: Pulled): string {
  const status = upToDate ? `Image is up to date for ${text}` : `Downloaded newer image for ${text}`
  return `Digest: ${digest}\nStatus: ${status}\n${name}\n`
}
