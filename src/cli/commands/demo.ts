import { runDemo, withSession } from '../../app/index.ts'
import { paletteFrom, plainPalette, sideBySide, wantsColor } from '../../report/index.ts'
import { buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const result = await withSession({ ...sessionOptions(context, input), logged: true }, (session) =>
    runDemo(session, buildWorld(context)),
  )
  const palette = wantsColor(context.stdout, context.env) ? paletteFrom(context.env['BUILDKIT_COLORS']) : plainPalette
  const lines = [
    ...result.bases.map(describeBase),
    '',
    ...sideBySide(result.before, result.after, { width: Math.min(context.stdout.columns ?? 120, 160), palette }),
    '',
    `GET ${result.answer.url}: ${result.answer.status} ${result.answer.body.trim()}`,
  ]
  await context.write(`${lines.join('\n')}\n`)
  return result.answer.status === 200 ? 0 : 3
}

function describeBase({
  name,
  from,
  difference,
}: {
  readonly name: string
  readonly from: string
  readonly difference?: string
}): string {
  if (from === 'registry') return `base ${name}: the official image`
  if (from === 'store') return `base ${name}: from the local store`
  return `base ${name}: no registry answers, so it was made from packages (${difference ?? ''})`
}
