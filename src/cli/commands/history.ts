import { type HistoryStep, imageHistory, withSession } from '../../app/index.ts'
import { formatAge, formatBytes, historyTable, shortId } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { type FormatRow, formatRows } from '../format-rows.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [name = ''] = input.args
  const steps = await withSession(sessionOptions(context, input), (session) =>
    imageHistory(session, name, wantedPlatform(input)),
  )
  await context.write(
    linesOf(steps, input)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return 0
}

function linesOf(steps: readonly HistoryStep[], { flags }: ParsedInput): readonly string[] {
  const how = { now: Date.now(), noTrunc: flags.bool('no-trunc'), exact: !flags.bool('human') }
  const format = flags.text('format')
  if (flags.bool('quiet')) return steps.map((step) => shownId(step.id, how.noTrunc))
  if (format === undefined || format === 'table') return historyTable(steps, how)
  return formatRows(
    format,
    steps.map((step) => fields(step, how)),
    headings,
  )
}

const headings: FormatRow = {
  ID: 'IMAGE',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Transfer: 'TRANSFER',
  Stage: 'STAGE',
  Source: 'SOURCE',
  Comment: 'COMMENT',
}

interface Shown {
  readonly now: number
  readonly noTrunc: boolean
  readonly exact: boolean
}

function fields(step: HistoryStep, { now, noTrunc, exact }: Shown): FormatRow {
  const date = step.created === undefined ? 'N/A' : new Date(step.created).toISOString().replace(/\.000Z$/, 'Z')
  const bytes = (size: number | undefined): string =>
    size === undefined ? 'N/A' : exact ? String(size) : formatBytes(size)
  const since = step.created === undefined ? 'N/A' : formatAge(step.created, now)
  const { createdBy } = step
  return {
    ID: shownId(step.id, noTrunc),
    CreatedSince: exact ? date : since,
    CreatedAt: date,
    CreatedBy: noTrunc || createdBy.length <= 45 ? createdBy : `${createdBy.slice(0, 44)}…`,
    Size: bytes(step.size),
    Transfer: bytes(step.transfer),
    Stage: step.stage ?? '',
    Source: step.source ?? '',
    Comment: step.comment,
  }
}

function shownId(id: string | undefined, whole: boolean): string {
  return id === undefined ? '<missing>' : shortId(id, whole)
}
