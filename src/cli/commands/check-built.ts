import { type FindImage, freshImage, namedImage, type Session, storedImage, withSession } from '../../app/index.ts'
import { buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { checkedRequest } from '../prove-request.ts'
import { sessionOptions } from '../session-options.ts'
import { run as runPlain, runCheck } from './check.ts'

/** `slipway check` as the program with all commands has it: it can also fetch images, build and start them. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const image = input.flags.text('image')
  const level = input.flags.text('level')
  if (image === undefined && !['build', 'image', 'run'].includes(level ?? '')) return runPlain(context, input)
  return withSession(sessionOptions(context, input, { quiet: input.flags.bool('quiet') }), (session) =>
    runCheck(context, input, finder(session, context, input)),
  )
}

function finder(session: Session, context: CommandContext, input: ParsedInput): FindImage {
  const { signal } = context
  const image = input.flags.text('image')
  const level = input.flags.text('level')
  const start = level === 'run'
  if (image !== undefined) return namedImage(session, image, { signal, start })
  if (level === 'image') return storedImage(session, signal)
  return freshImage(session, checkedRequest(context, input), { ...buildWorld(context), start })
}
