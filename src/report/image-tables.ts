import { formatAge, formatBytes } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** A line of `slipway images`. Times in ms since the epoch, sizes in bytes on disk and as transferred. */
export interface ImageRow {
  readonly repository?: string
  readonly tag?: string
  /** `linux/arm64`: shown when images of several platforms are listed, which else look alike. */
  readonly platform?: string
  /** `sha256:…` of the image, cut to twelve characters unless `noTrunc`. */
  readonly id: string
  readonly digest?: string
  readonly created?: number
  /** Absent while layers have not been downloaded. */
  readonly size?: number
  readonly transfer?: number
}

/** How images and histories are listed; `now` in ms since the epoch. */
export interface ImageTableOptions {
  readonly now: number
  readonly noTrunc?: boolean
  readonly digests?: boolean
  /** Histories: sizes in bytes and times as dates, for programs. */
  readonly exact?: boolean
}

/** Images as docker lists them, with the transfer size beside the size on disk. */
export function imagesTable(rows: readonly ImageRow[], options: ImageTableOptions): string[] {
  const digest = options.digests === true ? [{ title: 'DIGEST' }] : []
  const transfer = rows.some((row) => row.transfer !== undefined)
  const platforms = new Set(rows.map((row) => row.platform)).size > 1
  const columns = [
    { title: 'REPOSITORY' },
    { title: 'TAG' },
    ...(platforms ? [{ title: 'PLATFORM' }] : []),
    ...digest,
    { title: 'IMAGE ID' },
    { title: 'CREATED' },
    { title: 'SIZE' },
    ...(transfer ? [{ title: 'TRANSFER' }] : []),
  ]
  const cells = rows.map((row) => [
    visibleText(row.repository ?? '<none>'),
    visibleText(row.tag ?? '<none>'),
    ...(platforms ? [visibleText(row.platform ?? '')] : []),
    ...(options.digests === true ? [row.digest ?? '<none>'] : []),
    shortId(row.id, options.noTrunc === true),
    timeOf(row.created, options),
    sizeOf(row.size, false),
    ...(transfer ? [row.transfer === undefined ? '' : formatBytes(row.transfer)] : []),
  ])
  return renderTable(columns, cells)
}

/** A line of `slipway history`, newest first. `size` is the bytes that the layer added on disk. */
export interface HistoryRow {
  readonly id?: string
  readonly created?: number
  readonly createdBy: string
  /** Absent while the layer has not been downloaded. */
  readonly size?: number
  /** Bytes of the layer's blob. */
  readonly transfer?: number
  readonly comment?: string
  /** `Dockerfile:12`, when the instruction's place is known. */
  readonly source?: string
  readonly stage?: string
}

/** The history of an image as docker prints it, with stage and source line where they are known. */
export function historyTable(rows: readonly HistoryRow[], options: ImageTableOptions): string[] {
  const known = rows.some((row) => row.source !== undefined || row.stage !== undefined)
  const transfer = rows.some((row) => row.transfer !== undefined)
  const exact = options.exact === true
  const columns = [
    { title: 'IMAGE' },
    { title: 'CREATED' },
    { title: 'CREATED BY', ...(options.noTrunc === true ? {} : { max: 45 }) },
    { title: 'SIZE' },
    ...(transfer ? [{ title: 'TRANSFER' }] : []),
    ...(known ? [{ title: 'STAGE' }, { title: 'SOURCE' }] : []),
    { title: 'COMMENT' },
  ]
  const cells = rows.map((row) => [
    row.id === undefined ? '<missing>' : shortId(row.id, options.noTrunc === true),
    timeOf(row.created, options),
    visibleText(row.createdBy),
    sizeOf(row.size, exact),
    ...(transfer ? [row.transfer === undefined ? '' : sizeOf(row.transfer, exact)] : []),
    ...(known ? [visibleText(row.stage ?? ''), visibleText(row.source ?? '')] : []),
    visibleText(row.comment ?? ''),
  ])
  return renderTable(columns, cells)
}

function timeOf(created: number | undefined, { now, exact }: ImageTableOptions): string {
  if (created === undefined) return 'N/A'
  return exact === true ? new Date(created).toISOString().replace(/\.000Z$/, 'Z') : formatAge(created, now)
}

function sizeOf(bytes: number | undefined, exact: boolean): string {
  if (bytes === undefined) return 'N/A'
  return exact ? String(bytes) : formatBytes(bytes)
}

/** An id as docker shows it: twelve digits, or all of it. */
export function shortId(id: string, whole: boolean): string {
  return whole ? id : id.replace(/^sha256:/, '').slice(0, 12)
}
