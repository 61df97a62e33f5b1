import { blameImage, withSession } from '../../app/index.ts'
import { blameText, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const { cwd, signal, stdout, env } = context
  const [image = '', path] = args
  const platform = wantedPlatform(input)
  const request = {
    image,
    cwd,
    signal,
    ...(path === undefined ? {} : { path }),
    ...(platform === undefined ? {} : { platform }),
  }
  const report = await withSession(sessionOptions(context, input), (session) => blameImage(session, request))
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  const isJson = flags.bool('json') || flags.text('format') === 'json'
  await context.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : `${blameText(report, palette).join('\n')}\n`)
  return 0
}
