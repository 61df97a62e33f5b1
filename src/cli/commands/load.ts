import { loadImages, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const file = input.flags.text('input')
  if (file === undefined && context.stdin.isTTY) {
    throw new SlipwayError('usage', 'there is no archive on standard input', {
      hint: 'name a file with -i FILE, or pipe an archive in',
    })
  }
  const loaded = await withSession(sessionOptions(context, input), (session) =>
    loadImages(session, {
      cwd: context.cwd,
      stdin: context.stdin,
      signal: context.signal,
      ...(file === undefined || file === '-' ? {} : { file }),
    }),
  )
  const quiet = input.flags.bool('quiet')
  for (const { name, ids } of loaded) {
    const [id = ''] = ids
    const line = name === undefined ? `Loaded image ID: ${id}` : `Loaded image: ${name}`
    await context.write(`${quiet ? (name ?? id) : line}\n`)
  }
  return 0
}
