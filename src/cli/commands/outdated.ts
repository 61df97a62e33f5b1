import { findOutdated, withSession } from '../../app/index.ts'
import { outdatedJson, outdatedLines, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'
import { useRequest } from '../use-request.ts'

/** 1 when something is outdated; 4 when nothing known is, but not everything could be asked. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { stdout, env, cwd, signal } = context
  const { flags } = input
  const request = useRequest(context, input)
  const report = await withSession(sessionOptions(context, input), (session) =>
    findOutdated(session, request, { cwd, signal }),
  )
  if (flags.bool('json') || flags.text('format') === 'json') {
    await context.write(`${JSON.stringify(outdatedJson(report), null, 2)}\n`)
  } else {
    const palette = wantsColor(stdout, env) ? paletteFrom(env.BUILDKIT_COLORS) : plainPalette
    const style = {
      palette,
      all: flags.bool('all'),
      ...(stdout.columns === undefined ? {} : { width: stdout.columns }),
    }
    await context.write(
      outdatedLines(report, style)
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
  if (report.uses.some(({ assessment }) => assessment?.outdated === true)) return 1
  return report.uses.some(({ problems }) => problems.length > 0) ? 4 : 0
}
