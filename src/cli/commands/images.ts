import { listImages, type NamedImage, withSession } from '../../app/index.ts'
import { formatAge, formatBytes, imagesTable, shortId } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { type FormatRow, formatRows } from '../format-rows.ts'
import { sessionOptions } from '../session-options.ts'
import { dateAndTime } from '../shown-times.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const rows = await withSession(sessionOptions(context, input), (session) => listImages(session, input.args[0]))
  const lines = linesOf(rows, input)
  await context.write(lines.map((line) => `${line}\n`).join(''))
  return 0
}

function linesOf(rows: readonly NamedImage[], { flags }: ParsedInput): readonly string[] {
  const noTrunc = flags.bool('no-trunc')
  const format = flags.text('format')
  if (flags.bool('quiet')) return [...new Set(rows.map((row) => shortId(row.id, noTrunc)))]
  const now = Date.now()
  if (format === undefined || format === 'table')
    return imagesTable(rows, { now, noTrunc, digests: flags.bool('digests') })
  return formatRows(
    format,
    rows.map((row) => fields(row, { now, noTrunc })),
    headings,
  )
}

const headings: FormatRow = {
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  Platform: 'PLATFORM',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  VirtualSize: 'SIZE',
  SharedSize: 'SHARED SIZE',
  UniqueSize: 'UNIQUE SIZE',
  Containers: 'CONTAINERS',
}

function fields(row: NamedImage, { now, noTrunc }: { readonly now: number; readonly noTrunc: boolean }): FormatRow {
  const size = row.size === undefined ? 'N/A' : formatBytes(row.size)
  return {
    ID: shortId(row.id, noTrunc),
    Repository: row.repository ?? '<none>',
    Tag: row.tag ?? '<none>',
    Digest: row.digest ?? '<none>',
    Platform: row.platform,
    CreatedSince: row.created === undefined ? 'N/A' : formatAge(row.created, now),
    CreatedAt: row.created === undefined ? 'N/A' : dateAndTime(row.created),
    Size: size,
    VirtualSize: size,
    SharedSize: 'N/A',
    UniqueSize: 'N/A',
    Containers: 'N/A',
  }
}
