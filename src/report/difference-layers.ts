import type {
  BuildCost,
  ImageDifference,
  LayerDifference,
  LineGrowth,
  Maker,
  ThresholdVerdict,
} from '../compare/index.ts'
import type { DifferenceStyle } from './difference-style.ts'
import { clipToWidth } from './display-width.ts'
import { counted, signedBytes } from './image-totals.ts'
import { paint, type Palette } from './palette.ts'
import { formatBytes, formatDuration } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** Rows of what grew: the rest is many small things. */
const growthRows = 12

/** Which layers differ, what that costs a machine, and which lines made the difference. */
export function layerSections(difference: ImageDifference, style: DifferenceStyle): string[][] {
  const { layers, growth } = difference
  return [
    ...(layers.different.length === 0 ? [] : [layerLines(difference, style)]),
    ...(growth.length === 0 ? [] : [growthLines(growth, style)]),
    ...costLines(difference, style),
  ]
}

/** What a machine that has the one image must fetch for the other. */
export function fetchedText({ layers: { fetched, shared }, before, after }: ImageDifference): string {
  const bytes = fetched.transfer === undefined ? `${formatBytes(fetched.disk)} on disk` : formatBytes(fetched.transfer)
  return fetched.layers === 0
    ? `a machine that has ${before.name} fetches no layer for ${after.name}`
    : `a machine that has ${before.name} fetches ${bytes} for ${after.name} in ${counted(fetched.layers, 'layer')}; ${shared} of its layers ${shared === 1 ? 'is' : 'are'} there`
}

/** `+41MB` and what it was; the largest changes in either direction. */
export function shownGrowth(growth: readonly LineGrowth[], rows = growthRows): readonly LineGrowth[] {
  const size = ({ before, after }: LineGrowth): number => Math.abs(after - before)
  const largest = new Set([...growth].sort((a, b) => size(b) - size(a)).slice(0, rows))
  return growth.filter((one) => largest.has(one))
}

/** `Dockerfile:9`, with the stage where it is known; empty for what no line made. */
export function placeText({ source, line, stage }: Partial<Maker>): string {
  const place = source === undefined || line === undefined ? '' : `${source}:${line}`
  return [place, stage === undefined ? '' : `[${stage}]`].filter((text) => text !== '').join(' ')
}

/** `12 steps, 10 from the cache, 3.2s; 41s when each has to run`. */
export function costText({ steps, cached, spent, whole }: BuildCost): string {
  const took = spent === undefined || cached === steps ? '' : `, took ${formatDuration(spent)}`
  const all = whole === undefined ? '' : `; ${formatDuration(whole)} when each has to run`
  return `${counted(steps, 'step')}, ${cached} from the cache${took}${all}`
}

/** Sentences about what could not be compared, and how the thresholds have gone. */
export function noteLines({ hasSettings }: ImageDifference): string[] {
  return hasSettings ? [] : ['', 'Settings are not compared: a stage has none of its own.']
}

/** One line for each threshold; those that were exceeded with the lines that are the cause. */
export function thresholdLines(
  difference: ImageDifference,
  verdicts: readonly ThresholdVerdict[],
  palette: Palette,
): string[] {
  return verdicts.flatMap((verdict) => {
    const word = verdict.outcome === 'pass' ? 'held' : verdict.outcome === 'fail' ? 'EXCEEDED' : 'UNKNOWN'
    const mark = verdict.outcome === 'pass' ? word : paint(palette.error, word)
    return [`${mark}  ${thresholdText(verdict)}`, ...causesOf(difference, verdict).map((cause) => `    ${cause}`)]
  })
}

/** `disk+5%: 12MB, at most 10.5MB (was 10MB)`. */
export function thresholdText({ threshold, measure, outcome, before, after, most }: ThresholdVerdict): string {
  if (outcome === 'unknown' || before === undefined || after === undefined || most === undefined)
    return `${threshold}: ${measure} is not known of both images, as layers were never compressed`
  const isSize = ['disk', 'transfer', 'download'].includes(measure)
  const text = (value: number): string => (isSize ? formatBytes(value) : String(Math.floor(value)))
  const former = measure === 'download' ? '' : ` (was ${text(before)})`
  return `${threshold}: ${text(after)}, at most ${text(most)}${former}`
}

/** The largest causes of a threshold that was exceeded, by line. */
export function causesOf(difference: ImageDifference, { outcome, measure }: ThresholdVerdict): readonly string[] {
  if (outcome !== 'fail') return []
  const { growth, layers, packages, directories } = difference
  switch (measure) {
    case 'packages':
      return packages
        .filter(({ versions: [before = [], after = []] }) => after.length > before.length)
        .slice(0, 5)
        .map(({ type, name, source }) => `+ ${type} ${visibleText(name)}${source === undefined ? '' : `: ${source}`}`)
    case 'files':
      return [...directories]
        .sort((a, b) => b.added - b.removed - (a.added - a.removed))
        .slice(0, 5)
        .flatMap(({ path, added }) => (added === 0 ? [] : [`+${added} /${visibleText(path)}`]))
    case 'disk': {
      const grown = growth.filter(({ before, after }) => after > before).slice(0, 5)
      if (grown.length > 0) return grown.map(growthText)
    }
  }
  return layers.different.filter(({ change }) => change === 'added').map(addedText)
}

function growthText(one: LineGrowth): string {
  return `${signedBytes(one.after - one.before)} ${withPlace(one)}`
}

function addedText(layer: LayerDifference): string {
  return `+${formatBytes(layer.transfer ?? layer.disk)} ${withPlace(layer)}`
}

function withPlace(maker: Partial<Maker>): string {
  const [place, text] = [placeText(maker), instructionOf(maker)]
  return visibleText(place === '' ? text : `${place} ${text}`)
}

function instructionOf({ instruction = '' }: Partial<Maker>): string {
  return instruction === '' ? '(nobody says what made it)' : instruction
}

function layerLines(difference: ImageDifference, { palette, width }: DifferenceStyle): string[] {
  const right = { align: 'right' } as const
  const { different, shared } = difference.layers
  const transfer = different.some((layer) => layer.transfer !== undefined)
  const count = (change: LayerDifference['change']): number => different.filter((one) => one.change === change).length
  const table = renderTable(
    [
      { title: '' },
      { title: 'DISK', ...right },
      ...(transfer ? [{ title: 'TRANSFER', ...right }] : []),
      { title: 'MADE BY' },
    ],
    different.map((layer) => [
      `  ${layer.change === 'added' ? '+' : '-'}`,
      formatBytes(layer.disk),
      ...(transfer ? [layer.transfer === undefined ? '-' : formatBytes(layer.transfer)] : []),
      withPlace(layer),
    ]),
  )
  const sums = `${shared} shared, ${count('added')} added, ${count('removed')} removed`
  return [
    `${paint(palette.strong, 'Layers')}: ${sums}`,
    ...table.map((line) => clipToWidth(line, width)),
    ...(difference.hasSettings ? [`  ${visibleText(fetchedText(difference))}`] : []),
  ]
}

function growthLines(growth: readonly LineGrowth[], { palette, width }: DifferenceStyle): string[] {
  const shown = shownGrowth(growth)
  const rows = shown.flatMap((one) => {
    const row = [`  ${signedBytes(one.after - one.before)}`, withPlace(one)]
    return one.formerly === undefined ? [row] : [row, ['', `was ${visibleText(one.formerly)}`]]
  })
  const table = renderTable([{ title: '', align: 'right' }, { title: '' }], rows).slice(1)
  const more = growth.length - shown.length
  return [
    paint(palette.strong, 'Growth by line'),
    ...table.map((line) => clipToWidth(line, width)),
    ...(more === 0 ? [] : [`  and ${counted(more, 'line')} more`]),
  ]
}

function costLines(
  { cost: [before, after], ...difference }: ImageDifference,
  { palette }: DifferenceStyle,
): string[][] {
  const row = (name: string, cost: BuildCost | null): string[] =>
    cost === null ? [] : [`  ${visibleText(name)}: ${costText(cost)}`]
  const lines = [...row(difference.before.name, before), ...row(difference.after.name, after)]
  return lines.length === 0 ? [] : [[paint(palette.strong, 'Last build'), ...lines]]
}
