import {
  diskUsage,
  type DiskUsage,
  isReclaimable,
  type KindUsage,
  listUsage,
  type MeasuredUnit,
  pruneCache,
  type PruneRequest,
  type PruneResult,
  withSession,
} from '../../app/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import { formatBytes, renderTable } from '../../report/index.ts'
import { askLine } from '../ask-secret.ts'
import { byteSize } from '../byte-size.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { type FormatRow, formatRows } from '../format-rows.ts'
import { sessionOptions } from '../session-options.ts'
import { shownId, stepAndStage, usageHeadings, usageRows, verboseLines } from '../usage-rows.ts'

interface Action {
  /** The flags it takes, besides those of all. */
  readonly flags: readonly string[]
  run(context: CommandContext, input: ParsedInput): Promise<readonly string[]>
}

const limits = ['max-used-space', 'reserved-space', 'keep-storage', 'min-free-space']
const actions: Readonly<Record<string, Action>> = {
  du: { flags: ['filter', 'stages', 'verbose', 'format', 'json'], run: du },
  ls: { flags: ['filter', 'format', 'json', 'mounts', 'quiet', 'no-trunc'], run: ls },
  prune: { flags: ['filter', 'verbose', 'no-trunc', 'all', 'images', 'dry-run', 'force', ...limits], run: prune },
}
const ofAll = ['debug', 'root', 'help', 'cache-max-used-space']

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [word = '', ...others] = input.args
  const action = actions[word]
  if (action === undefined) {
    const known = Object.keys(actions)
    throw new SlipwayError('usage', `slipway cache cannot ${JSON.stringify(word)}`, {
      hint: didYouMean(word, known) ?? `it can ${known.join(', ')}`,
    })
  }
  if (others.length > 0) throw new SlipwayError('usage', `cache ${word} takes no arguments: ${others.join(' ')}`)
  const foreign = [...input.written.keys()].find((flag) => !action.flags.includes(flag) && !ofAll.includes(flag))
  if (foreign !== undefined) throw new SlipwayError('usage', `cache ${word} has no flag --${foreign}`)
  const lines = await action.run(context, input)
  await context.write(lines.map((line) => `${line}\n`).join(''))
  return 0
}

async function du(context: CommandContext, input: ParsedInput): Promise<readonly string[]> {
  const { flags } = input
  const filters = flags.list('filter')
  const options = sessionOptions(context, input)
  if (flags.bool('stages')) return stageTable(await withSession(options, (session) => listUsage(session, filters)))
  if (flags.bool('verbose')) {
    const units = await withSession(options, (session) => listUsage(session, filters))
    const now = Date.now()
    return [...units.flatMap((unit) => verboseLines(unit, { now, noTrunc: true })), `Total:        ${totalOf(units)}`]
  }
  const usage = await withSession(options, (session) => diskUsage(session, filters))
  if (flags.bool('json')) return [JSON.stringify(usage, null, 2)]
  const format = flags.text('format')
  if (format !== undefined && format !== 'table') return formatRows(format, usage.kinds.map(kindRow), kindHeadings)
  return usageTable(usage)
}

/** A layer that steps of several stages left counts for the first of them. */
function stageTable(units: readonly MeasuredUnit[]): readonly string[] {
  const stages = new Map<string, { readonly layers: number; readonly bytes: number; readonly reclaimable: number }>()
  for (const { unit, bytes } of units) {
    const [first] = unit.steps
    if (first === undefined) continue
    const stage = stepAndStage(first.step).stage ?? ''
    const sum = stages.get(stage) ?? { layers: 0, bytes: 0, reclaimable: 0 }
    const free = isReclaimable(unit) ? bytes : 0
    stages.set(stage, { layers: sum.layers + 1, bytes: sum.bytes + bytes, reclaimable: sum.reclaimable + free })
  }
  const rows = [...stages].sort(([, a], [, b]) => b.bytes - a.bytes)
  return renderTable(
    [{ title: 'STAGE' }, { title: 'LAYERS' }, { title: 'SIZE' }, { title: 'RECLAIMABLE' }],
    rows.map(([stage, { layers, bytes, reclaimable }]) => [
      stage,
      String(layers),
      formatBytes(bytes),
      formatBytes(reclaimable),
    ]),
  )
}

/** Docker's names for the columns of `docker system df`. */
const kindHeadings: FormatRow = {
  Type: 'TYPE',
  TotalCount: 'TOTAL',
  Active: 'ACTIVE',
  Size: 'SIZE',
  Reclaimable: 'RECLAIMABLE',
}

function kindRow({ kind, count, inUse, bytes, reclaimable }: KindUsage): FormatRow {
  const share = bytes === 0 ? '' : ` (${Math.floor((reclaimable / bytes) * 100)}%)`
  return {
    Type: kind,
    TotalCount: String(count),
    Active: String(inUse),
    Size: formatBytes(bytes),
    Reclaimable: `${formatBytes(reclaimable)}${share}`,
  }
}

function usageTable(usage: DiskUsage): readonly string[] {
  const { bytes, reclaimable } = usage
  const whole = { kind: 'Total', count: 0, inUse: 0, bytes, reclaimable }
  const names = Object.keys(kindHeadings)
  const rows = [...usage.kinds.map(kindRow), { ...kindRow(whole), TotalCount: '', Active: '' }]
  return renderTable(
    names.map((name) => ({ title: kindHeadings[name] ?? '' })),
    rows.map((row: FormatRow) => names.map((name) => row[name] ?? '')),
  )
}

async function ls(context: CommandContext, input: ParsedInput): Promise<readonly string[]> {
  const { flags } = input
  const filters = [...flags.list('filter'), ...(flags.bool('mounts') ? ['type=exec.cachemount'] : [])]
  const units = await withSession(sessionOptions(context, input), (session) => listUsage(session, filters))
  // Blobs of images are no part of the cache.
  const listed = units.filter(({ unit }) => unit.neededBy === undefined || unit.steps.length > 0 || unit.spare === true)
  const newest = [...listed].sort((a, b) => b.unit.used - a.unit.used || b.unit.created - a.unit.created)
  if (flags.bool('json')) return [JSON.stringify(newest.map(jsonOf), null, 2)]
  const options = { now: Date.now(), noTrunc: flags.bool('no-trunc') }
  if (flags.bool('quiet')) return newest.map(({ unit }) => shownId(unit.id, options))
  const rows = newest.flatMap((one) => usageRows(one, options))
  const format = flags.text('format')
  if (format !== undefined && format !== 'table') return formatRows(format, rows, usageHeadings)
  const columns = ['ID', 'Stage', 'Step', 'Size', 'CreatedSince', 'LastUsedSince', 'UsedBy']
  return renderTable(
    columns.map((name) => ({
      title: usageHeadings[name] ?? '',
      ...(name === 'Step' && !options.noTrunc ? { max: 60 } : {}),
    })),
    rows.map((row) => columns.map((name) => (row[name] ?? '').replace(/\s+/g, ' '))),
  )
}

/** Times in milliseconds since the epoch. */
function jsonOf({ unit, bytes }: MeasuredUnit): object {
  const { id, type, description, neededBy, inUse, mutable, created, used } = unit
  return {
    id,
    type,
    description,
    bytes,
    created,
    lastUsed: used,
    inUse,
    shared: neededBy !== undefined,
    mutable,
    steps: unit.steps.map(({ key, step, created: made, used: last }) => ({
      key,
      ...stepAndStage(step),
      created: made,
      lastUsed: last,
    })),
  }
}

const warnings = {
  cache: 'WARNING! This will remove all build cache that no image needs.',
  all: 'WARNING! This will remove all build cache.',
} as const

async function prune(context: CommandContext, input: ParsedInput): Promise<readonly string[]> {
  const { flags } = input
  const request = pruneRequest(input)
  // As docker: whoever is not there cannot be asked.
  if (!request.dryRun && !flags.bool('force') && context.stdin.isTTY) {
    const also = request.images ? ' Images without a name go, too.' : ''
    const question = `${warnings[request.all ? 'all' : 'cache']}${also} Are you sure you want to continue? [y/N] `
    const answer = await askLine(context, question, { hidden: false })
    if (!/^y(es)?$/i.test(answer.trim())) return []
  }
  const result = await withSession(sessionOptions(context, input), (session) => pruneCache(session, request))
  if (result.unnamedBytes > 0) {
    const images = `images without a name, such as builds without --tag leave, need ${formatBytes(result.unnamedBytes)}`
    context.notice(`${images} more: slipway cache prune --images removes them, too`)
  }
  return prunedLines(result, input)
}

function pruneRequest({ flags }: ParsedInput): PruneRequest {
  const reserved = flags.text('reserved-space') ?? flags.text('keep-storage')
  const size = (name: string, text = flags.text(name)) => byteSize(name, text)
  const optional = <Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } =>
    (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: number }
  return {
    all: flags.bool('all'),
    images: flags.bool('images'),
    filters: flags.list('filter'),
    dryRun: flags.bool('dry-run'),
    ...optional('maxUsedSpace', size('max-used-space')),
    ...optional('reservedSpace', size('reserved-space', reserved)),
    ...optional('minFreeSpace', size('min-free-space')),
  }
}

function prunedLines({ removed, images, bytes }: PruneResult, { flags }: ParsedInput): readonly string[] {
  const options = { now: Date.now(), noTrunc: flags.bool('no-trunc') }
  const total = `${flags.bool('dry-run') ? 'Would free' : 'Total'}: ${formatBytes(bytes)}`
  const deleted = images.map((id) => `Deleted: ${id}`)
  if (flags.bool('verbose')) return [...removed.flatMap((one) => verboseLines(one, options)), ...deleted, total]
  if (removed.length === 0) return [...deleted, total]
  const table = renderTable(
    [
      { title: 'ID' },
      { title: 'SIZE' },
      { title: 'LAST ACCESSED' },
      { title: 'DESCRIPTION', ...(options.noTrunc ? {} : { max: 70 }) },
    ],
    removed.map((one) => {
      const [row] = usageRows(one, options)
      const what = one.unit.description.replace(/\s+/g, ' ')
      return [row?.['ID'] ?? '', formatBytes(one.bytes), row?.['LastUsedAt'] ?? '', what]
    }),
  )
  return [...table, ...deleted, total]
}

function totalOf(units: readonly MeasuredUnit[]): string {
  return formatBytes(units.reduce((sum, { bytes }) => sum + bytes, 0))
}
