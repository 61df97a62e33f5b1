import { resolve } from 'node:path'
import { type ProgressMode, replayEvents } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  await replayEvents(resolve(context.cwd, input.args[0] ?? ''), {
    mode: input.flags.text('progress') as ProgressMode,
    stream: context.stderr,
    env: context.env,
    speed: input.flags.number('speed') ?? 0,
    signal: context.signal,
  })
  return 0
}
