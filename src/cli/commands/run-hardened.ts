import { ensureImage, type HardenedRequest, runHardened, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { hardenedLines, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import { setVariables } from '../container-environment.ts'
import { milliseconds } from '../duration.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

/** The exit code is 0 when the image starts, serves and stops with few rights, else 1. */
export async function runHardenedImage(context: CommandContext, input: ParsedInput): Promise<number> {
  const request = hardenedRequest(context, input)
  const { signal, stdout, env } = context
  await withSession(sessionOptions(context, input), (session) => ensureImage(session, request, signal))
  const report = await withSession(sessionOptions(context, input, { quiet: true }), (session) =>
    runHardened(session, request, signal),
  )
  const json = input.flags.bool('json') || input.flags.text('format') === 'json'
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  const text = json ? JSON.stringify(report, null, 2) : hardenedLines(report, palette).join('\n')
  await context.write(`${text}\n`)
  return report.passed ? 0 : 1
}

/** What makes no sense beside a container that is only looked at. */
const unfit = ['interactive', 'tty', 'publish', 'volume']

function hardenedRequest(context: CommandContext, input: ParsedInput): HardenedRequest {
  const { args, flags } = input
  const given = unfit.find((name) => flags.given(name))
  if (given !== undefined) throw new SlipwayError('usage', `--hardened and --${given} do not go together`)
  const [image = '', ...command] = args
  const platform = wantedPlatform(input)
  const [entrypoint, user, workdir] = ['entrypoint', 'user', 'workdir'].map((name) => flags.text(name))
  const watch = milliseconds('for', flags.text('for'))
  return {
    image,
    command,
    env: setVariables(context, input),
    network: flags.text('network') === 'host' ? 'host' : 'none',
    tmpfs: flags.list('tmpfs'),
    extraHosts: flags.list('add-host'),
    untilReady: flags.bool('until-ready'),
    stopTimeout: (flags.number('stop-timeout') ?? 10) * 1000,
    ...(watch === undefined ? {} : { watch }),
    ...(platform === undefined ? {} : { platform }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workdir }),
  }
}
