import type { Edit } from '../core/index.ts'

/** The edits in order of place, equal ones once; undefined when two of them want the same characters. */
export function orderedEdits(edits: readonly Edit[]): readonly Edit[] | undefined {
  const ordered = [...new Map(edits.map((edit) => [`${edit.span.start} ${edit.span.end} ${edit.text}`, edit])).values()]
  ordered.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
  const clash = ordered.some((edit, at) => {
    const next = ordered[at + 1]
    return next !== undefined && (next.span.start < edit.span.end || next.span.start === edit.span.start)
  })
  return clash ? undefined : ordered
}

/** The text with the edits made. They must not overlap: see `orderedEdits`. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let made = ''
  let at = 0
  for (const { span, text: replacement } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    made += text.slice(at, span.start) + replacement
    at = span.end
  }
  return made + text.slice(at)
}
