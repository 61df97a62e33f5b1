import { clipToWidth, displayWidth, padToWidth } from './display-width.ts'
import { paint, type Palette } from './palette.ts'
import { formatBytes, formatDuration } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** What a layer added; both sizes in bytes. */
export interface LayerRow {
  readonly instruction: string
  readonly disk: number
  readonly transfer?: number
}

/** An image to be compared. `buildTime` in milliseconds. */
export interface ImageSummary {
  readonly title: string
  readonly disk: number
  readonly transfer: number
  readonly buildTime?: number
  readonly layers: readonly LayerRow[]
}

/** Width and colours of a comparison. */
export interface SideBySideStyle {
  readonly width: number
  readonly palette: Palette
}

// Below this a layer table has no room for instructions and the tables go below each other.
const columnMinimum = 56
const gap = 3
const barWidth = 10

/** Two images beside each other: totals with their change, then the layers of both, bars on one scale. */
export function sideBySide(before: ImageSummary, after: ImageSummary, style: SideBySideStyle): string[] {
  const scale = Math.max(1, ...before.layers.map((layer) => layer.disk), ...after.layers.map((layer) => layer.disk))
  const half = Math.floor((style.width - gap) / 2)
  const beside = half >= columnMinimum
  const width = beside ? half : style.width
  const left = layerTable(before, { scale, width, palette: style.palette })
  const right = layerTable(after, { scale, width, palette: style.palette })
  return [...totals(before, after, style.palette), '', ...(beside ? zip(left, right, half) : [...left, '', ...right])]
}

/** The change from one amount to another in percent: `-76 %`, `+3 %`, `±0 %`; `-` when there was nothing before. */
export function formatChange(before: number, after: number): string {
  if (before === 0) return after === 0 ? '±0 %' : '-'
  const percent = Math.round(((after - before) / before) * 100)
  if (percent === 0) return '±0 %'
  return `${percent > 0 ? '+' : '-'}${Math.abs(percent)} %`
}

function totals(before: ImageSummary, after: ImageSummary, palette: Palette): string[] {
  const timed = before.buildTime !== undefined && after.buildTime !== undefined
  const rows = [
    ['disk', formatBytes(before.disk), formatBytes(after.disk), formatChange(before.disk, after.disk)],
    [
      'transfer',
      formatBytes(before.transfer),
      formatBytes(after.transfer),
      formatChange(before.transfer, after.transfer),
    ],
    ['layers', String(before.layers.length), String(after.layers.length), ''],
    ...(timed
      ? [
          [
            'build time',
            formatDuration(before.buildTime),
            formatDuration(after.buildTime),
            formatChange(before.buildTime, after.buildTime),
          ],
        ]
      : []),
  ]
  const columns = [
    { title: '' },
    { title: visibleText(before.title), align: 'right' as const },
    { title: visibleText(after.title), align: 'right' as const },
    { title: 'change', align: 'right' as const },
  ]
  const [title = '', ...lines] = renderTable(columns, rows)
  return [paint(palette.strong, title), ...lines]
}

interface LayerTableStyle {
  /** Bytes that a full bar stands for. */
  readonly scale: number
  readonly width: number
  readonly palette: Palette
}

function layerTable(image: ImageSummary, style: LayerTableStyle): string[] {
  const title = paint(style.palette.strong, clipToWidth(`${visibleText(image.title)}: layers`, style.width))
  const head = `${'DISK'.padStart(8)} ${'TRANSFER'.padStart(9)}  ${''.padEnd(barWidth)}  INSTRUCTION`
  const lines = image.layers.map((layer) => {
    const transfer = layer.transfer === undefined ? '' : formatBytes(layer.transfer)
    const sizes = `${formatBytes(layer.disk).padStart(8)} ${transfer.padStart(9)}`
    const start = `${sizes}  ${bar(layer.disk, style.scale)}  `
    return start + clipToWidth(visibleText(layer.instruction), Math.max(1, style.width - displayWidth(start)))
  })
  return [title, head, ...lines]
}

/** Eighths of a cell, so that small layers can still be told apart. */
function bar(amount: number, scale: number): string {
  const eighths = Math.round((amount / scale) * barWidth * 8)
  const rest = [...'▏▎▍▌▋▊▉'][(eighths % 8) - 1] ?? ''
  const least = eighths === 0 && amount > 0 ? '▏' : ''
  return padToWidth('█'.repeat(Math.floor(eighths / 8)) + rest + least, barWidth)
}

function zip(left: readonly string[], right: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    lines.push(`${padToWidth(left[at] ?? '', width + gap)}${right[at] ?? ''}`.trimEnd())
  }
  return lines
}
