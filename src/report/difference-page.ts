import type { ImageDifference, PackageDifference, SettingDifference, ThresholdVerdict } from '../compare/index.ts'
import type { VulnerabilityDelta } from '../vulnerabilities/index.ts'
import {
  causesOf,
  costText,
  fetchedText,
  noteLines,
  placeText,
  shownGrowth,
  thresholdText,
} from './difference-layers.ts'
import { levelText, vulnerabilityLines } from './difference-vulnerabilities.ts'
import { comparedRows, counted, signedBytes, skippedLines } from './image-totals.ts'
import { formatBytes } from './quantities.ts'

/** What documents show of a comparison. */
export interface ShownDifference extends ImageDifference {
  readonly thresholds: readonly ThresholdVerdict[]
  readonly vulnerabilities?: VulnerabilityDelta | string
}

export interface DocumentColumn {
  readonly title: string
  readonly align?: 'right'
  /** Names, paths and instructions, as opposed to words. */
  readonly isCode?: boolean
}

/** A part of a document: a heading, sentences and a table. */
export interface DocumentSection {
  readonly title: string
  /** One line that stands for the whole where it is folded. */
  readonly sums: string
  readonly isFolded: boolean
  readonly lines: readonly string[]
  readonly columns: readonly DocumentColumn[]
  readonly rows: readonly (readonly string[])[]
}

/** Rows of packages and files that a page shows. */
const rowLimit = 200
const right = { align: 'right' } as const
const code = { isCode: true } as const

/** The parts of a document about a difference, the most telling first; those with nothing in them are left out. */
export function differenceSections(difference: ShownDifference, allFiles: boolean): readonly DocumentSection[] {
  return [
    limits(difference),
    growth(difference),
    vulnerabilities(difference),
    packages(difference.packages),
    settings(difference.config),
    layers(difference),
    allFiles ? files(difference) : directories(difference),
    costs(difference),
  ].filter(({ lines, rows }) => lines.length + rows.length > 0)
}

export const totalColumns = ({ before, after }: ImageDifference): readonly DocumentColumn[] => [
  { title: '' },
  { title: before.name, ...right },
  { title: after.name, ...right },
  { title: 'change', ...right },
]

/** As `comparedRows`; sentences about what could not be compared follow below. */
export const totalRowsOf = comparedRows

export function closingLines(difference: ImageDifference): readonly string[] {
  return [...noteLines(difference), ...skippedLines([difference.before, difference.after])].filter(
    (line) => line !== '',
  )
}

function section(title: string, parts: Partial<DocumentSection>): DocumentSection {
  return { title, sums: '', isFolded: false, lines: [], columns: [], rows: [], ...parts }
}

function limits(difference: ShownDifference): DocumentSection {
  const word = { pass: 'held', fail: 'exceeded', unknown: 'unknown' } as const
  const bad = difference.thresholds.filter(({ outcome }) => outcome !== 'pass').length
  return section('Limits', {
    sums: bad === 0 ? 'all held' : `${bad} not held`,
    columns: [{ title: '' }, { title: 'limit' }, { title: 'caused by', ...code }],
    rows: difference.thresholds.map((verdict) => [
      word[verdict.outcome],
      thresholdText(verdict),
      causesOf(difference, verdict).join('\n'),
    ]),
  })
}

function growth({ growth: all }: ImageDifference): DocumentSection {
  const shown = shownGrowth(all)
  const more = all.length - shown.length
  return section('Growth by line', {
    lines: more === 0 ? [] : [`${counted(more, 'line')} with less growth left out.`],
    columns: [
      { title: 'bytes', ...right },
      { title: 'line', ...code },
      { title: 'instruction', ...code },
    ],
    rows: shown.map((one) => [
      signedBytes(one.after - one.before),
      placeText(one),
      one.formerly === undefined ? one.instruction : `${one.instruction}\nwas ${one.formerly}`,
    ]),
  })
}

function vulnerabilities({ vulnerabilities: delta }: ShownDifference): DocumentSection {
  if (delta === undefined) return section('Vulnerabilities', {})
  return section('Vulnerabilities', {
    sums: typeof delta === 'string' ? '' : levelText(delta),
    columns: [{ title: 'what' }],
    ...(typeof delta === 'string' ? { lines: [delta] } : { rows: vulnerabilityLines(delta).map((line) => [line]) }),
  })
}

function packages(all: readonly PackageDifference[]): DocumentSection {
  return section('Packages', {
    sums: `${all.length} differ`,
    isFolded: all.length > 20,
    lines: leftOut(all.length),
    columns: [
      { title: 'type' },
      { title: 'package', ...code },
      { title: 'before', ...code },
      { title: 'after', ...code },
      { title: 'line', ...code },
    ],
    rows: all
      .slice(0, rowLimit)
      .map(({ type, name, versions: [before = [], after = []], source = '' }) => [
        type,
        name,
        before.join(', '),
        after.join(', '),
        source,
      ]),
  })
}

function settings(config: readonly SettingDifference[]): DocumentSection {
  return section('Configuration', {
    sums: `${counted(config.length, 'setting')} not the same`,
    columns: [
      { title: 'setting', ...code },
      { title: 'before', ...code },
      { title: 'after', ...code },
    ],
    rows: config.map(({ name, values: [before = '', after = ''] }) => [name, before, after]),
  })
}

function layers(difference: ImageDifference): DocumentSection {
  const { different, shared } = difference.layers
  return section('Layers', {
    sums: `${shared} shared, ${different.length} not`,
    isFolded: true,
    lines: different.length === 0 || !difference.hasSettings ? [] : [`${fetchedText(difference)}.`],
    columns: [
      { title: '' },
      { title: 'disk', ...right },
      { title: 'transfer', ...right },
      { title: 'line', ...code },
      { title: 'instruction', ...code },
    ],
    rows: different.map((layer) => [
      layer.change,
      formatBytes(layer.disk),
      layer.transfer === undefined ? '' : formatBytes(layer.transfer),
      placeText(layer),
      layer.instruction ?? '',
    ]),
  })
}

function directories({ directories: all, files: of }: ImageDifference): DocumentSection {
  const amount = (number: number): string => (number === 0 ? '' : String(number))
  return section('Files', {
    sums: `${of.length} differ`,
    isFolded: true,
    columns: [
      { title: 'added', ...right },
      { title: 'removed', ...right },
      { title: 'changed', ...right },
      { title: 'bytes', ...right },
      { title: 'where', ...code },
    ],
    rows: all.map(({ path, added, removed, changed, bytes }) => [
      amount(added),
      amount(removed),
      amount(changed),
      signedBytes(bytes),
      `/${path}`,
    ]),
  })
}

function files({ files: all }: ImageDifference): DocumentSection {
  return section('Files', {
    sums: `${all.length} differ`,
    isFolded: true,
    lines: leftOut(all.length),
    columns: [{ title: '' }, { title: 'bytes', ...right }, { title: 'path', ...code }],
    rows: all
      .slice(0, rowLimit)
      .map(({ path, change, aspects, before, after }) => [
        aspects.length === 0 ? change : aspects.join(', '),
        signedBytes((after?.size ?? 0) - (before?.size ?? 0)),
        `/${path}`,
      ]),
  })
}

function costs({ cost: [old, now], before, after }: ImageDifference): DocumentSection {
  const rows = [
    ...(old === null ? [] : [[before.name, costText(old)]]),
    ...(now === null ? [] : [[after.name, costText(now)]]),
  ]
  return section('Last build', { columns: [{ title: 'image', ...code }, { title: 'steps' }], rows })
}

function leftOut(all: number): readonly string[] {
  return all > rowLimit ? [`The first ${rowLimit} of ${all}; --format json has all.`] : []
}
