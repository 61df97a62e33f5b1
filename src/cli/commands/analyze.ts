import { analyze, type AnalysisReport, parseDiveRule, readDiveCi, readPolicy, withSession } from '../../app/index.ts'
import { analysisText, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

/** 1 when a threshold is missed, as dive does; 3 when a budget is exceeded, as `slipway build` does. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const { cwd, signal, stdout, env } = context
  const [image = ''] = args
  const platform = wantedPlatform(input)
  const rules = diveRules(context, input)
  const policy = await policyOf(context, input)
  const request = {
    image,
    cwd,
    signal,
    closure: flags.bool('closure'),
    stages: flags.bool('stages'),
    ...(platform === undefined ? {} : { platform }),
    ...(rules === undefined ? {} : { rules }),
    ...(policy === undefined ? {} : { policy }),
  }
  const report = await withSession(sessionOptions(context, input), (session) => analyze(session, request))
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  const isJson = flags.bool('json') || flags.text('format') === 'json'
  const text = isJson
    ? JSON.stringify(report, null, 2)
    : analysisText(report, { palette, all: flags.bool('all') }).join('\n')
  await context.write(`${text}\n`)
  if (isOverBudget(report)) return 3
  return failed(report) ? 1 : 0
}

function isOverBudget({ budgets = [] }: AnalysisReport): boolean {
  return budgets.some(({ outcome, level }) => outcome === 'exceeded' && level === 'fail')
}

async function policyOf({ cwd }: CommandContext, { flags }: ParsedInput): ReturnType<typeof readPolicy> {
  const file = flags.text('policy')
  if (file === undefined && !flags.bool('budgets')) return undefined
  const policy = await readPolicy(file, { cwd, near: cwd })
  if (policy !== undefined) return policy
  throw new SlipwayError('config-invalid', 'there is no slipway.yaml with budgets here or above', {
    hint: 'name one: --policy FILE',
  })
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
