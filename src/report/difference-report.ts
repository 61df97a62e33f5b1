import type {
  FileDifference,
  FileState,
  ImageDifference,
  PackageDifference,
  SettingDifference,
} from '../compare/index.ts'
import type { DifferenceStyle } from './difference-style.ts'
import { clipToWidth, displayWidth } from './display-width.ts'
import { layerSections, noteLines } from './difference-layers.ts'
import { comparedRows, signedBytes, skippedLines } from './image-totals.ts'
import { paint, type Palette } from './palette.ts'
import { formatBytes } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** Two images beside each other, then what differs: configuration, packages, files. */
export function differenceText(difference: ImageDifference, style: DifferenceStyle): string[] {
  const { config, packages, files, same, before, after } = difference
  const skipped = skippedLines([before, after])
  const notes = noteLines(difference)
  if (same) return [...totals(difference, style), '', 'The images do not differ.', ...notes, ...skipped]
  const sections = [
    totals(difference, style),
    ...layerSections(difference, style),
    ...(config.length === 0 ? [] : [settingLines(config, style)]),
    ...(packages.length === 0 ? [] : [packageLines(packages, style)]),
    ...(files.length === 0 ? [] : [fileLines(difference, style)]),
  ]
  return [...sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])), ...notes, ...skipped]
}

function totals(difference: ImageDifference, { palette }: DifferenceStyle): string[] {
  const { before, after } = difference
  const rows = comparedRows(difference)
  const columns = [
    { title: '' },
    { title: visibleText(before.name), align: 'right', max: 40 },
    { title: visibleText(after.name), align: 'right', max: 40 },
    { title: '', align: 'right' },
  ] as const
  const [heading = '', ...lines] = renderTable(columns, rows)
  return [paint(palette.strong, heading), ...lines]
}

function settingLines(settings: readonly SettingDifference[], { width, palette }: DifferenceStyle): string[] {
  const lines = settings.flatMap(({ name, values: [before, after] }) => {
    if (before === undefined) return [`  + ${name}${valueOf(name, after)}`]
    if (after === undefined) return [`  - ${name}${valueOf(name, before)}`]
    const line = `  ~ ${name}: ${before} → ${after}`
    return displayWidth(line) <= width ? [line] : [`  ~ ${name}`, `      - ${before}`, `      + ${after}`]
  })
  return [heading(palette, 'Configuration'), ...lines.map((line) => clipToWidth(visibleText(line), width))]
}

/** Ports and volumes have no value besides their name. */
function valueOf(name: string, value: string | undefined): string {
  return value === undefined || name.endsWith(` ${value}`) ? '' : `: ${value}`
}

function packageLines(packages: readonly PackageDifference[], { palette }: DifferenceStyle): string[] {
  const rows = packages.map(({ type, name, versions: [before = [], after = []] }) => {
    const mark = before.length === 0 ? '+' : after.length === 0 ? '-' : '~'
    const versions = mark === '~' ? `${before.join(', ')} → ${after.join(', ')}` : [...before, ...after].join(', ')
    return { mark, cells: [`  ${mark} ${type}`, visibleText(name), visibleText(versions)] }
  })
  const count = (mark: string): number => rows.filter((row) => row.mark === mark).length
  const [, ...lines] = renderTable(
    [{ title: '' }, { title: '' }, { title: '' }],
    rows.map(({ cells }) => cells),
  )
  return [heading(palette, 'Packages', `${count('+')} added, ${count('-')} removed, ${count('~')} changed`), ...lines]
}

function fileLines({ files, directories }: ImageDifference, { palette, allFiles }: DifferenceStyle): string[] {
  const count = (change: FileDifference['change']): number => files.filter((file) => file.change === change).length
  const sums = `${count('added')} added, ${count('removed')} removed, ${count('changed')} changed`
  const lines = allFiles ? singleFiles(files) : directoryTable(directories)
  return [heading(palette, 'Files', sums), ...lines]
}

function directoryTable(rows: ImageDifference['directories']): string[] {
  const amount = (number: number): string => (number === 0 ? '' : String(number))
  const right = { align: 'right' } as const
  return renderTable(
    [
      { title: '  ADDED', ...right },
      { title: 'REMOVED', ...right },
      { title: 'CHANGED', ...right },
      { title: 'BYTES', ...right },
      { title: 'WHERE' },
    ],
    rows.map(({ path, added, removed, changed, bytes }) => [
      amount(added),
      amount(removed),
      amount(changed),
      signedBytes(bytes),
      `/${visibleText(path)}`,
    ]),
  )
}

const marks = { added: '+', removed: '-', changed: '~' } as const

function singleFiles(files: readonly FileDifference[]): string[] {
  const rows = files.map((file) => [`  ${marks[file.change]} ${stateText(file)}`, sizeText(file), pathText(file)])
  return renderTable([{ title: '' }, { title: '', align: 'right' }, { title: '' }], rows).slice(1)
}

/** Of changed files what changed, of others mode and owner. */
function stateText({ change, aspects, before, after }: FileDifference): string {
  const state = after ?? before
  if (state === undefined) return ''
  if (change !== 'changed') return `${modeText(state)} ${state.uid}:${state.gid}`
  return aspects.map((aspect) => aspectText(aspect, before, after)).join(', ')
}

function aspectText(aspect: FileDifference['aspects'][number], before?: FileState, after?: FileState): string {
  if (before === undefined || after === undefined) return aspect
  if (aspect === 'mode') return `mode ${modeText(before)} → ${modeText(after)}`
  if (aspect === 'owner') return `owner ${before.uid}:${before.gid} → ${after.uid}:${after.gid}`
  if (aspect === 'type') return `${before.kind} → ${after.kind}`
  return aspect
}

function modeText({ mode }: FileState): string {
  return mode.toString(8).padStart(4, '0')
}

function sizeText({ before, after }: FileDifference): string {
  const [from, to] = [before?.size ?? 0, after?.size ?? 0]
  if (before !== undefined && after !== undefined) return from === to ? '' : signedBytes(to - from)
  return formatBytes(from + to)
}

function pathText({ path, before, after }: FileDifference): string {
  const target = (after ?? before)?.target
  return `/${visibleText(path)}${target === undefined ? '' : ` -> ${visibleText(target)}`}`
}

function heading(palette: Palette, title: string, sums?: string): string {
  return `${paint(palette.strong, title)}${sums === undefined ? '' : `: ${sums}`}`
}
