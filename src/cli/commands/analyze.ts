import { analyze, type AnalysisReport, parseDiveRule, readDiveCi, withSession } from '../../app/index.ts'
import { analysisText, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

/** 1 when a threshold is missed, as dive does. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const { cwd, signal, stdout, env } = context
  const [image = ''] = args
  const platform = wantedPlatform(input)
  const rules = diveRules(context, input)
  const request = {
    image,
    cwd,
    signal,
    closure: flags.bool('closure'),
    ...(platform === undefined ? {} : { platform }),
    ...(rules === undefined ? {} : { rules }),
  }
  const report = await withSession(sessionOptions(context, input), (session) => analyze(session, request))
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  const isJson = flags.bool('json') || flags.text('format') === 'json'
  const text = isJson
    ? JSON.stringify(report, null, 2)
    : analysisText(report, { palette, all: flags.bool('all') }).join('\n')
  await context.write(`${text}\n`)
  return failed(report) ? 1 : 0
}

function failed({ verdicts = [] }: AnalysisReport): boolean {
  return verdicts.some(({ outcome }) => outcome === 'fail')
}

function diveRules({ cwd }: CommandContext, { flags }: ParsedInput): ReturnType<typeof readDiveCi> | undefined {
  const names = ['lowestEfficiency', 'highestWastedBytes', 'highestUserWastedPercent'] as const
  const isAsked = flags.bool('ci') || ['ci-config', ...names].some((name) => flags.given(name))
  if (!isAsked) return undefined
  const read = readDiveCi(cwd, flags.text('ci-config'))
  const given = names.flatMap((name) => {
    const text = flags.text(name)
    return text === undefined ? [] : [[name, parseDiveRule(name, text, `--${name}`)] as const]
  })
  return { ...read, ...Object.fromEntries(given) }
}
