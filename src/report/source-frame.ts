import { formatLocation, type Location, type Source, type Span } from '../core/index.ts'
import { characterWidth } from './display-width.ts'
import { paint, type Palette } from './palette.ts'
import { visibleText } from './visible-text.ts'

/** Width and colours of a frame. */
export interface FrameStyle {
  /** Cells per line. */
  readonly width: number
  readonly palette: Palette
  /** Lines shown before and after a culprit; 2 without it. */
  readonly around?: number
  /** Without the lines that rule a frame off. */
  readonly open?: boolean
}

const contextLines = 2
// A span over more lines than this (a long heredoc) shows its beginning and its end only.
const longSpan = 8
const tabStop = 4
const rule = '-'.repeat(20)

/**
 * The lines around the locations, culprits marked with `>>>` and underlined, one frame per source. Columns are exact for
 * tabs, CRLF, wide characters and spelled-out control characters. Long lines are cut around the culprit.
 */
export function sourceFrames(locations: readonly Location[], style: FrameStyle): string[] {
  const bySource = new Map<string, Location[]>()
  for (const at of locations) {
    const key = `${at.source.path}\n${at.source.text}`
    bySource.set(key, [...(bySource.get(key) ?? []), at])
  }
  return [...bySource.values()].flatMap((group) => frameOf(group, style))
}

interface Line {
  readonly number: number
  readonly start: number
  /** Without the line ending. */
  readonly text: string
}

function frameOf(locations: readonly Location[], style: FrameStyle): string[] {
  const [first] = locations
  if (first === undefined) return []
  const lines = linesOf(first.source)
  const shown = shownLines(
    lines,
    locations.map((at) => at.span),
    style.around ?? contextLines,
  )
  const digits = Math.max(4, String(shown.at(-1)?.number ?? 0).length + 1)
  const body: string[] = []
  let last = 0
  for (const line of shown) {
    if (last > 0 && line.number > last + 1) body.push(`${' '.repeat(digits)} | ...`)
    body.push(...frameLine(line, { locations, digits, style }))
    last = line.number
  }
  const title = locations.map((at) => visibleText(formatLocation(at)))
  const heading = paint(style.palette.strong, title.join(', '))
  return style.open === true ? [heading, ...body] : [heading, rule, ...body, rule]
}

function linesOf(source: Source): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (const text of source.text.split('\n')) {
    lines.push({ number: lines.length + 1, start, text: text.endsWith('\r') ? text.slice(0, -1) : text })
    start += text.length + 1
  }
  // A final line feed ends the last line and does not begin another.
  if (lines.length > 1 && lines.at(-1)?.text === '') lines.pop()
  return lines
}

function shownLines(lines: readonly Line[], spans: readonly Span[], around: number): readonly Line[] {
  const wanted = new Set<number>()
  for (const span of spans) {
    const touched = lines.filter((line) => touches(line, span) || (line === lines.at(-1) && span.start > line.start))
    const first = touched[0]?.number ?? 1
    const last = touched.at(-1)?.number ?? first
    for (let number = first - around; number <= last + around; number += 1) {
      const inside = last - first >= longSpan && number > first + contextLines && number < last - contextLines
      if (!inside) wanted.add(number)
    }
  }
  return lines.filter((line) => wanted.has(line.number))
}

/** An empty span belongs to the line it stands on; a line feed belongs to the line it ends. */
function touches(line: Line, span: Span): boolean {
  const end = line.start + line.text.length
  return span.start === span.end
    ? span.start >= line.start && span.start <= end + 1
    : span.start <= end && span.end > line.start
}

function frameLine(
  line: Line,
  frame: { readonly locations: readonly Location[]; readonly digits: number; readonly style: FrameStyle },
): string[] {
  const { palette, width } = frame.style
  const spans = frame.locations.map((at) => at.span).filter((span) => touches(line, span))
  const gutter = `${String(line.number).padStart(frame.digits)} | `
  const room = Math.max(20, width - gutter.length - 4)
  const cells = cellsOf(line.text)
  // Only a culprit within one line is underlined: under whole paragraphs the marks would say nothing.
  const inLine = spans.filter((span) => span.start >= line.start && span.end <= line.start + line.text.length + 1)
  const marks = inLine.map((span) => markOf(cells, span, line))
  const from = windowStart(marks[0], cells.text.length === 0 ? 0 : cells.width, room)
  const text = windowOf(cells, from, room)
  if (spans.length === 0) return [`${gutter}    ${text}`.trimEnd()]
  const marked = `${gutter}${paint(palette.error, '>>>')} ${text}`.trimEnd()
  if (marks.length === 0) return [marked]
  return [marked, `${' '.repeat(frame.digits)} |     ${paint(palette.error, underline(marks, from, room))}`]
}

interface Cells {
  readonly text: string
  /** Display column at which each UTF-16 unit of the line begins; one more entry for the end. */
  readonly columns: readonly number[]
  readonly parts: readonly { readonly column: number; readonly text: string; readonly width: number }[]
  readonly width: number
}

function cellsOf(line: string): Cells {
  const columns: number[] = []
  const parts: { column: number; text: string; width: number }[] = []
  let column = 0
  for (const character of line) {
    const shown =
      character === '\t'
        ? ' '.repeat(tabStop - (column % tabStop))
        : character === '\ufeff'
          ? ''
          : visibleText(character)
    const width = shown === character ? characterWidth(character) : shown.length
    for (let unit = 0; unit < character.length; unit += 1) columns.push(column)
    parts.push({ column, text: shown, width })
    column += width
  }
  columns.push(column)
  return { text: parts.map((part) => part.text).join(''), columns, parts, width: column }
}

interface Mark {
  readonly start: number
  readonly end: number
}

function markOf(cells: Cells, span: Span, line: Line): Mark {
  const at = (offset: number) => cells.columns[Math.min(Math.max(0, offset - line.start), line.text.length)] ?? 0
  const start = at(span.start)
  return { start, end: Math.max(start + 1, at(span.end)) }
}

/** First display column to show: 0 when the line fits, otherwise such that the mark stands in view. */
function windowStart(mark: Mark | undefined, width: number, room: number): number {
  if (width <= room || mark === undefined || mark.end <= room - 1) return 0
  return Math.max(0, Math.min(mark.start - Math.floor(room / 4), width - room + 1))
}

function windowOf(cells: Cells, from: number, room: number): string {
  if (from === 0 && cells.width <= room) return cells.text
  const first = from === 0 ? 0 : from + 1
  const visible = cells.parts.filter((part) => part.column >= first && part.column + part.width <= from + room - 1)
  const lead = from === 0 ? '' : '…' + ' '.repeat((visible[0]?.column ?? first) - first)
  const cut = cells.width > from + room - 1 ? '…' : ''
  return `${lead}${visible.map((part) => part.text).join('')}${cut}`
}

function underline(marks: readonly Mark[], from: number, room: number): string {
  let text = ''
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const start = Math.max(text.length, mark.start - from)
    const end = Math.min(room, mark.end - from)
    if (end > start) text = text.padEnd(start) + '^'.repeat(end - start)
  }
  return text
}
