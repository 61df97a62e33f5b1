import { type Location, positionAt, type Span } from '../core/index.ts'

/**
 * A word of an instruction where it stands on the instruction's first line, else the whole instruction: the line of a
 * finding is always that of BuildKit.
 */
export function wordAt(whole: Location, word: { readonly span: Span } | undefined): Location {
  if (word === undefined) return whole
  const { source, span } = whole
  const inside = word.span.start >= span.start && word.span.end <= span.end
  if (!inside) return whole
  const same = positionAt(source, word.span.start).line === positionAt(source, span.start).line
  return same ? { source, span: word.span } : whole
}
