import { isReproduced, isSound, verifyImage, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { paletteFrom, plainPalette, verificationLines, wantsColor } from '../../report/index.ts'
import { buildRequest, buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { chosenPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const [image = '', place] = args
  const isRebuilt = flags.bool('rebuild')
  if (place !== undefined && !isRebuilt)
    throw new SlipwayError('usage', `there is no use for ${JSON.stringify(place)} without --rebuild`, {
      hint: `to build again: slipway verify --rebuild ${image} ${place}`,
    })
  const request = buildRequest(context, { ...input, args: [place ?? '.'] })
  const rebuild = { request, isContextGiven: place !== undefined, world: buildWorld(context) }
  const isJson = flags.bool('json') || flags.text('format') === 'json'
  const found = await withSession(sessionOptions(context, input, { quiet: !isRebuilt }), (session) =>
    verifyImage(session, {
      image,
      platforms: flags.list('platform').map(chosenPlatform),
      cwd: context.cwd,
      signal: context.signal,
      ...(isRebuilt ? { rebuild } : {}),
    }),
  )
  const palette = wantsColor(context.stdout, context.env) ? paletteFrom(context.env.BUILDKIT_COLORS) : plainPalette
  const summary = { sound: isSound(found), reproduced: isReproduced(found) }
  const text = isJson
    ? JSON.stringify({ ...summary, ...found }, null, 2)
    : verificationLines(found, summary, palette).join('\n')
  await context.write(`${text}\n`)
  return summary.sound && summary.reproduced !== false ? 0 : 1
}
