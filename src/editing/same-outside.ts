import type { Edit, Source, Span } from '../core/index.ts'
import type { Dockerfile } from '../dockerfile/index.ts'

/**
 * Whether an edited file is read as before but for what was edited: the same instructions, words, directives and
 * diagnostics, each where the edits have moved it. What an edit touches may have another text, and nothing else.
 */
export function sameOutside(before: Dockerfile, after: Dockerfile, edits: readonly Edit[]): boolean {
  const { source: _before, ...old } = before
  const { source: _after, ...made } = after
  return same(old, made, { edits, touched: false })
}

interface Comparison {
  readonly edits: readonly Edit[]
  /** The part that is compared holds an edit: its texts may differ. */
  readonly touched: boolean
}

function same(before: unknown, after: unknown, comparison: Comparison): boolean {
  if (typeof before === 'string' && typeof after === 'string') return comparison.touched || before === after
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return before === after
  if (isSpan(before) && isSpan(after)) return samePlace(before, after, comparison.edits)
  if (isSegment(before) && isSegment(after))
    return before.at === after.at && moved(before.source, comparison.edits, false) === after.source
  const touched = 'span' in before && isSpan(before.span) ? touches(before.span, comparison.edits) : comparison.touched
  if ('segments' in before && touched) return sameSegments(before, after, comparison)
  // Diagnostics point into the file: its text differs by the edits.
  if (isSource(before) && isSource(after)) return before.path === after.path
  const [keys, others] = [Object.keys(before), Object.keys(after)]
  return (
    keys.length === others.length &&
    keys.every((key) => {
      const [left, right] = [before as Record<string, unknown>, after as Record<string, unknown>]
      return key in right && same(left[key], right[key], { ...comparison, touched: touched && key !== 'kind' })
    })
  )
}

/** An edited logical text: where its parts lie follows from its span; offsets inside it move with the edit. */
function sameSegments(before: object, after: object, { edits }: Comparison): boolean {
  const [left, right] = [before as { span: Span; segments: unknown[] }, after as { span: Span; segments: unknown[] }]
  return left.segments.length === right.segments?.length && samePlace(left.span, right.span, edits)
}

function isSpan(value: unknown): value is Span {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return keys.length === 2 && 'start' in value && 'end' in value && typeof value.start === 'number'
}

/** A part of a logical text: where it stands in the source moves, where it stands in the text does not. */
function isSegment(value: object): value is { readonly at: number; readonly source: number } {
  return 'at' in value && typeof value.at === 'number' && 'source' in value && typeof value.source === 'number'
}

function isSource(value: object): value is Source {
  return 'path' in value && 'text' in value && Object.keys(value).length === 2
}

function touches({ start, end }: Span, edits: readonly Edit[]): boolean {
  return edits.some(({ span }) => span.start <= end && start <= span.end)
}

function samePlace(before: Span, after: Span, edits: readonly Edit[]): boolean {
  return moved(before.start, edits, false) === after.start && moved(before.end, edits, true) === after.end
}

/** Where an offset of the unedited text is afterwards. What is inserted at an end belongs to what ends there. */
function moved(offset: number, edits: readonly Edit[], atEnd: boolean): number {
  let by = 0
  for (const { span, text } of edits) {
    const before = span.end < offset || (span.end === offset && (atEnd || span.end > span.start))
    if (before) by += text.length - (span.end - span.start)
  }
  return offset + by
}
