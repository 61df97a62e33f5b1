import { explainRule, listRules, type RulePage } from '../../app/index.ts'
import {
  type FrameStyle,
  pageLines,
  paletteFrom,
  plainPalette,
  ruleFacts,
  ruleListLines,
  wantsColor,
} from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'

/** The pages of rules, or the list of all. */
export async function run(context: CommandContext, { args, flags }: ParsedInput): Promise<number> {
  const { stdout, env } = context
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  const style = { width: stdout.columns ?? 100, palette }
  const pages = args.flatMap((name) => explainRule(name))
  const entries = args.length === 0 ? listRules() : pages.map(({ entry }) => entry)
  if (flags.bool('json')) await context.write(`${JSON.stringify(entries, null, 2)}\n`)
  else {
    const lines = args.length === 0 ? ruleListLines(entries, stdout.columns ?? 160) : pagesText(pages, style)
    await context.write(lines.map((line) => `${line}\n`).join(''))
  }
  return 0
}

function pagesText(pages: readonly RulePage[], style: FrameStyle): string[] {
  return pages.flatMap(({ entry, page }, at) => [
    ...(at === 0 ? [] : ['', '-'.repeat(20), '']),
    ...pageLines(page ?? `# ${entry.id}\n\n${entry.summary}`, style),
    '',
    ruleFacts(entry),
    ...(entry.url === undefined ? [] : [entry.url]),
  ])
}
