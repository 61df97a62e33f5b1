import { type Location, positionAt } from '../core/index.ts'

/** A line in BuildKit's protocol: a range that begins and ends on it. */
export interface LineRange {
  readonly start: { readonly line: number }
  readonly end: { readonly line: number }
}

/** The lines of a location as BuildKit's protocol has them: one range for each. */
export function lineRanges({ source, span }: Location): readonly LineRange[] {
  const first = positionAt(source, span.start).line
  const last = positionAt(source, Math.max(span.start, span.end)).line
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    start: { line: first + index },
    end: { line: first + index },
  }))
}
