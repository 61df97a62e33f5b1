import { type FileUpdate, replaceText, type Severity, unifiedDiff, updateBases, withSession } from '../app/index.ts'
import { formatLocation, SlipwayError } from '../core/index.ts'
import path from 'node:path'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'
import { sessionOptions } from './session-options.ts'
import { useRequest } from './use-request.ts'

/** `fix --update-bases`: newer base images. */
export async function fixBases(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const limit = flags.text('update-bases') as Severity | undefined
  checkUse(input, limit)
  const { cwd, signal } = context
  const request = { ...useRequest(context, input), limit: limit ?? 'minor', pin: flags.bool('pin') }
  const updates = await withSession(sessionOptions(context, input), (session) =>
    updateBases(session, request, { cwd, signal }),
  )
  for (const update of updates) {
    tell(context, update)
    if (flags.bool('write')) {
      if (update.after !== update.before) await replaceText(update.path, update)
    } else await context.write(await unifiedDiff({ ...update, path: path.relative(cwd, update.path) }))
  }
  const count = updates.reduce((sum, { changes }) => sum + changes.length, 0)
  if (count === 0) context.notice('nothing to change')
  return updates.some(({ problems }) => problems.length > 0) ? 4 : 0
}

function checkUse({ args }: ParsedInput, limit: string | undefined): void {
  const level = args.find((word) => ['digest', 'patch', 'minor', 'major'].includes(word))
  if (limit === undefined)
    throw new SlipwayError('usage', '--pin goes with --update-bases', {
      hint: 'pin what is there: slipway fix --update-bases=digest --pin',
    })
  if (level !== undefined)
    throw new SlipwayError('usage', `${level} is read as a path`, { hint: `write --update-bases=${level}` })
}

/** In the order of the lines. */
function tell({ notice }: CommandContext, { changes, kept, problems }: FileUpdate): void {
  const told = [
    ...changes.map(({ use, to }) => ({ use, what: `-> ${to}` })),
    ...kept.map(({ use, why }) => ({ use, what: why })),
    ...problems.map(({ use, why }) => ({ use, what: `is not known: ${why}` })),
  ].sort((a, b) => a.use.at.span.start - b.use.at.span.start)
  for (const { use, what } of told) notice(`${formatLocation(use.at)}: ${use.text} ${what}`)
}
