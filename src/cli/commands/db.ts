import path from 'node:path'
import { databaseStatus, type DatabaseStatus, defaultRoot, updateDatabase, withSession } from '../../app/index.ts'
import { didYouMean, isHttpUrl, SlipwayError } from '../../core/index.ts'
import { formatAge, formatBytes, renderTable } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [word = ''] = input.args
  if (word === 'update') return update(context, input)
  if (word === 'status') return status(context, input)
  throw new SlipwayError('usage', `slipway db cannot ${JSON.stringify(word)}`, {
    hint: didYouMean(word, ['update', 'status']) ?? 'it can update, status',
  })
}

async function update(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const from = flags.text('from')
  if (flags.bool('offline') && (from === undefined || isHttpUrl(from) || from.startsWith('docker://')))
    throw new SlipwayError('usage', 'with --offline records have to come from this machine', {
      hint: 'name a directory or an archive: --from PLACE',
    })
  const result = await withSession(sessionOptions(context, input), (session) =>
    updateDatabase(session, {
      ecosystems: flags.list('ecosystem'),
      cwd: context.cwd,
      signal: context.signal,
      ...(from === undefined ? {} : { from }),
    }),
  )
  const { count, first } = result.refused
  if (count > 0) {
    const examples = first.map(({ name, reason }) => `${name} (${reason})`).join(', ')
    context.notice(`WARNING: ${count} ${count === 1 ? 'file was' : 'files were'} left out: ${examples}`)
  }
  for (const name of result.unchanged) context.notice(`${name} has not changed`)
  await context.write(table(result.families))
  return 0
}

async function status(context: CommandContext, { flags }: ParsedInput): Promise<number> {
  const root = flags.text('root')
  const { env, cwd } = context
  const found = databaseStatus(root === undefined ? defaultRoot(env, cwd) : path.resolve(cwd, root))
  if (flags.bool('json')) {
    await context.write(
      `${JSON.stringify({ directory: found.directory, families: Object.fromEntries(found.families) }, null, 2)}\n`,
    )
    return 0
  }
  if (found.families.size === 0) context.notice('there is no vulnerability database here yet: slipway db update')
  else await context.write(table(found.families))
  return 0
}

function table(families: DatabaseStatus['families']): string {
  const titles = ['ECOSYSTEM', 'RELEASES', 'RECORDS', 'SIZE', 'UPDATED', 'NEWEST RECORD', 'FROM']
  const rows = [...families].map(([name, { ecosystems, records, bytes, updated, newest, from }]) => [
    name,
    String(ecosystems.length),
    String(records),
    formatBytes(bytes),
    formatAge(updated, Date.now()),
    newest?.slice(0, 10) ?? '-',
    from,
  ])
  const lines = renderTable(
    titles.map((title) => ({ title })),
    rows,
  )
  return lines.map((line) => `${line}\n`).join('')
}
