import { formatAge, formatBytes } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** A line of `slipway images`. Times in ms since the epoch, sizes in bytes on disk and as transferred. */
export interface ImageRow {
  readonly repository?: string
  readonly tag?: string
  /** `sha256:…` of the image, cut to twelve characters unless `noTrunc`. */
  readonly id: string
  readonly digest?: string
  readonly created?: number
  readonly size: number
  readonly transfer?: number
}

/** How images and histories are listed; `now` in ms since the epoch. */
export interface ImageTableOptions {
  readonly now: number
  readonly noTrunc?: boolean
  readonly digests?: boolean
}

/** Images as docker lists them, with the transfer size beside the size on disk. */
export function imagesTable(rows: readonly ImageRow[], options: ImageTableOptions): string[] {
  const digest = options.digests === true ? [{ title: 'DIGEST' }] : []
  const transfer = rows.some((row) => row.transfer !== undefined)
  const columns = [
    { title: 'REPOSITORY' },
    { title: 'TAG' },
    ...digest,
    { title: 'IMAGE ID' },
    { title: 'CREATED' },
    { title: 'SIZE' },
    ...(transfer ? [{ title: 'TRANSFER' }] : []),
  ]
  const cells = rows.map((row) => [
    visibleText(row.repository ?? '<none>'),
    visibleText(row.tag ?? '<none>'),
    ...(options.digests === true ? [row.digest ?? '<none>'] : []),
    shortId(row.id, options.noTrunc === true),
    row.created === undefined ? 'N/A' : formatAge(row.created, options.now),
    formatBytes(row.size),
    ...(transfer ? [row.transfer === undefined ? '' : formatBytes(row.transfer)] : []),
  ])
  return renderTable(columns, cells)
}

/** A line of `slipway history`, newest first. `size` is the bytes that the layer added on disk. */
export interface HistoryRow {
  readonly id?: string
  readonly created?: number
  readonly createdBy: string
  readonly size: number
  readonly comment?: string
  /** `Dockerfile:12`, when the instruction's place is known. */
  readonly source?: string
  readonly stage?: string
}

/** The history of an image as docker prints it, with stage and source line where they are known. */
export function historyTable(rows: readonly HistoryRow[], options: ImageTableOptions): string[] {
  const known = rows.some((row) => row.source !== undefined || row.stage !== undefined)
  const columns = [
    { title: 'IMAGE' },
    { title: 'CREATED' },
    { title: 'CREATED BY', ...(options.noTrunc === true ? {} : { max: 45 }) },
    { title: 'SIZE' },
    ...(known ? [{ title: 'STAGE' }, { title: 'SOURCE' }] : []),
    { title: 'COMMENT' },
  ]
  const cells = rows.map((row) => [
    row.id === undefined ? '<missing>' : shortId(row.id, options.noTrunc === true),
    row.created === undefined ? 'N/A' : formatAge(row.created, options.now),
    visibleText(row.createdBy),
    formatBytes(row.size),
    ...(known ? [visibleText(row.stage ?? ''), visibleText(row.source ?? '')] : []),
    visibleText(row.comment ?? ''),
  ])
  return renderTable(columns, cells)
}

function shortId(id: string, whole: boolean): string {
  return whole ? id : id.replace(/^sha256:/, '').slice(0, 12)
}
