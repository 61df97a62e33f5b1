import type { Span } from '../core/index.ts'
import type { LogicalText } from './ast.ts'

/** The text that the source ranges give when put one after the other. Empty ranges are dropped. */
export function logicalText(source: string, ranges: readonly Span[]): LogicalText {
  const full = ranges.filter((range) => range.end > range.start)
  const first = full[0]
  const last = full.at(-1)
  if (first === undefined || last === undefined) return emptyText(ranges[0]?.start ?? 0)
  const segments: { at: number; source: number }[] = []
  let text = ''
  for (const range of full) {
    segments.push({ at: text.length, source: range.start })
    text += source.slice(range.start, range.end)
  }
  return { text, span: { start: first.start, end: last.end }, segments }
}

/** The part `[from, to)` of a logical text, still knowing where it stands in the source. */
export function sliceText(text: LogicalText, from: number, to: number): LogicalText {
  if (to <= from) return emptyText(from === 0 ? text.span.start : toSourceOffset(text, from - 1) + 1)
  const segments: { at: number; source: number }[] = []
  for (let index = segmentIndex(text, from); index < text.segments.length; index += 1) {
    const segment = text.segments[index] as { at: number; source: number }
    if (segment.at >= to) break
    const skipped = Math.max(0, from - segment.at)
    segments.push({ at: segment.at + skipped - from, source: segment.source + skipped })
  }
  return { text: text.text.slice(from, to), span: toSourceSpan(text, { start: from, end: to }), segments }
}

/** The source offset of the logical offset `at`; for `at` = length, the offset behind the last character. */
export function toSourceOffset(text: LogicalText, at: number): number {
  const segment = text.segments[segmentIndex(text, at)]
  return segment === undefined ? text.span.start : segment.source + at - segment.at
}

/** The source range of a logical range: from its first to its last character, continuations between them included. */
export function toSourceSpan(text: LogicalText, range: Span): Span {
  const start = toSourceOffset(text, range.start)
  return { start, end: range.end <= range.start ? start : toSourceOffset(text, range.end - 1) + 1 }
}

function emptyText(at: number): LogicalText {
  return { text: '', span: { start: at, end: at }, segments: [{ at: 0, source: at }] }
}

function segmentIndex(text: LogicalText, at: number): number {
  let low = 0
  let high = text.segments.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((text.segments[middle]?.at ?? 0) <= at) low = middle
    else high = middle - 1
  }
  return low
}
