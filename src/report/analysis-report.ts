import type {
  AnalyzedLayer,
  BudgetVerdict,
  ClassShare,
  DiveVerdict,
  HiddenShare,
  ImageAnalysis,
  StageOutput,
} from '../analysis/index.ts'
import { budgetLines } from './budget-report.ts'
import { type ClosureText, closureText } from './closure-report.ts'
import { paint, type Palette } from './palette.ts'
import { formatBytes } from './quantities.ts'
import { type Column, renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

export interface AnalysisText extends ImageAnalysis {
  readonly image: string
  readonly platform: string
  readonly verdicts?: readonly DiveVerdict[]
  readonly budgets?: readonly BudgetVerdict[]
  readonly closure?: ClosureText
  readonly stages?: readonly StageOutput[]
  readonly unknownStages?: readonly string[]
}

/** Rows that are shown where not everything is asked for: more is seldom read. */
const shown = 10
/** Less than this part of the image is not worth a row. */
const leastShare = 0.002

/** What an image weighs, what of it is wasted, and what it seldom needs; lines without a final line feed. */
export function analysisText(analysis: AnalysisText, { palette, all }: { palette: Palette; all: boolean }): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint(palette.strong, title), ...lines.map((line) => `  ${line}`)]
  return [
    ...headText(analysis, palette),
    ...section('Layers, lowest first', layersTable(analysis.layers)),
    ...section('Hidden: stored and sent, and seen by nobody', hiddenTable(analysis, all)),
    ...section('The same several times', duplicatesTable(analysis, all)),
    ...section('What a program seldom needs at run time', classesTable(analysis, all)),
    ...section('What stages leave behind', stagesText(analysis)),
    ...section('What it needs to run', analysis.closure === undefined ? [] : closureText(analysis.closure, palette)),
    ...section('Thresholds of dive', verdictsText(analysis.verdicts ?? [], palette)),
    ...section('Budgets', budgetLines(analysis.budgets ?? [], palette)),
  ]
}

function headText({ image, platform, disk, transfer, files, layers, waste, dive }: AnalysisText, palette: Palette) {
  const sizes = [
    `${formatBytes(disk)} disk`,
    ...(transfer === undefined ? [] : [`${formatBytes(transfer)} transfer`]),
    `${files} files`,
    `${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}`,
  ]
  const percent = `${(dive.efficiency * 100).toFixed(1)} %`
  const advice = disk > 200e6 ? ['An image of a web application is seldom larger than 200MB.'] : []
  return [
    `${paint(palette.strong, visibleText(image))}  ${platform}`,
    sizes.join(', '),
    `hidden ${formatBytes(waste.hiddenBytes)}, duplicated ${formatBytes(waste.duplicatedBytes)}, efficiency ${percent}`,
    ...advice,
  ]
}

const right = 'right' as const

function layersTable(layers: readonly AnalyzedLayer[]): readonly string[] {
  const columns: readonly Column[] = [
    { title: 'DISK', align: right },
    { title: 'TRANSFER', align: right },
    { title: 'HIDDEN', align: right },
    { title: 'ADDED', align: right },
    { title: 'CHANGED', align: right },
    { title: 'REMOVED', align: right },
    { title: 'LINE' },
    { title: 'STAGE' },
    { title: 'INSTRUCTION', max: 60 },
  ]
  const rows = layers.map((layer) => [
    formatBytes(layer.disk),
    layer.transfer === undefined ? '-' : formatBytes(layer.transfer),
    layer.hidden === 0 ? '' : formatBytes(layer.hidden),
    String(layer.added),
    layer.changed === 0 ? '' : String(layer.changed),
    layer.removed === 0 ? '' : String(layer.removed),
    lineOf(layer),
    visibleText(layer.stage ?? ''),
    instructionText(layer.instruction),
  ])
  return renderTable(columns, rows)
}

function hiddenTable({ waste, layers, disk }: AnalysisText, all: boolean): readonly string[] {
  const pairs = worthShowing(waste.hidden, disk, all)
  return rowsText(
    pairs.map((pair) => hiddenRow(pair, layers)),
    waste.hidden.length,
  )
}

const verbs: Readonly<Record<HiddenShare['how'], string>> = {
  deleted: 'deletes',
  overwritten: 'overwrites',
  same: 'writes again, the same content,',
}

function hiddenRow({ layer, by, how, files, bytes, largest }: HiddenShare, layers: readonly AnalyzedLayer[]): string {
  const count = `${files} ${files === 1 ? 'file' : 'files'}`
  const [first] = largest
  const example = first === undefined ? '' : ` (/${visibleText(first)}${files > 1 ? ' …' : ''})`
  return `${formatBytes(bytes)}: ${placeOf(layers[by])} ${verbs[how]} ${count} of ${placeOf(layers[layer])}${example}`
}

function duplicatesTable({ waste, layers, disk }: AnalysisText, all: boolean): readonly string[] {
  const files = worthShowing(waste.duplicated, disk, all)
  const rows = files.map(({ bytes, paths, layers: of }) => {
    const [first = '', second = ''] = paths
    const rest = paths.length > 2 ? ` and ${paths.length - 2} more` : ''
    const lines = [...new Set(of.map((layer) => placeOf(layers[layer])))].slice(0, 2).join(' and ')
    return `${formatBytes(bytes)}: /${visibleText(first)} is /${visibleText(second)}${rest}, by ${lines}`
  })
  return rowsText(rows, waste.duplicated.length)
}

function classesTable({ classes, disk }: AnalysisText, all: boolean): readonly string[] {
  const shares = worthShowing(classes, disk, all)
  return rowsText(shares.flatMap(classRow), classes.length, 2)
}

function classRow({ class: { title, remedy }, bytes, files, step, places }: ClassShare): readonly string[] {
  const from = step === undefined ? '' : ` by ${placeOf(step)}`
  const where = places.map((place) => `/${visibleText(place)}`).join(', ')
  const count = `${files} ${files === 1 ? 'file' : 'files'}`
  // Nobody strips or deletes what lies in the layers of a base.
  const advice =
    step?.kind === 'base' ? 'it comes with the base: a smaller one (slim, distroless, scratch) has less of it' : remedy
  return [`${formatBytes(bytes)} ${title}${from}: ${count} in ${where}`, `  ${advice}`]
}

function stagesText({ stages = [], unknownStages = [] }: AnalysisText): readonly string[] {
  const rows = stages.map(({ stage, bytes, shipped, left }) => {
    const places = left.map(({ path, bytes: size }) => `/${visibleText(path)} ${formatBytes(size)}`).join(', ')
    const taken = shipped === 0 ? 'nothing of it is in the image' : `${formatBytes(shipped)} of it are in the image`
    return `${visibleText(stage)}: its lines wrote ${formatBytes(bytes)}, ${taken}${places === '' ? '' : `; left: ${places}`}`
  })
  return [...rows, ...unknownStages.map(visibleText)]
}

function verdictsText(verdicts: readonly DiveVerdict[], palette: Palette): readonly string[] {
  const color = { pass: palette.faint, fail: palette.error, skip: palette.faint }
  return verdicts.map(
    ({ rule, outcome, message }) => `${paint(color[outcome], outcome.toUpperCase())} ${rule}: ${message}`,
  )
}

function worthShowing<T extends { readonly bytes: number }>(
  rows: readonly T[],
  disk: number,
  all: boolean,
): readonly T[] {
  return all ? rows : rows.filter(({ bytes }) => bytes >= disk * leastShare).slice(0, shown)
}

/** `each`: lines that a row has. */
function rowsText(lines: readonly string[], total: number, each = 1): readonly string[] {
  const rest = total - lines.length / each
  return rest > 0 && lines.length > 0 ? [...lines, `${rest} smaller ones: --all shows them`] : lines
}

interface Placed {
  readonly source?: string
  readonly line?: number
  readonly instruction?: string
  readonly text?: string
}

function lineOf({ source, line }: Placed): string {
  return source === undefined || line === undefined ? '' : visibleText(`${source}:${line}`)
}

function placeOf(place: Placed | undefined): string {
  const line = place === undefined ? '' : lineOf(place)
  if (line !== '') return line
  const text = instructionText(place?.text ?? place?.instruction ?? '')
  return text === '' ? 'the base' : `\`${text.length > 50 ? `${text.slice(0, 49)}…` : text}\``
}

/** As it was written, without what BuildKit and docker put around it in a history. */
function instructionText(text: string): string {
  const plain = text.replace(/^\/bin\/sh -c #\(nop\)\s*/, '').replace(/^(RUN )?\/bin\/sh -c /, 'RUN ')
  return visibleText(plain.replace(/ # buildkit$/, ''))
}
