import type { Edit, Location } from '../../core/index.ts'
import { removeLine } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** BuildKit gives the last line of the instruction as the place; the first of its empty lines is the note. */
export const noEmptyContinuation: Rule = {
  name: 'NoEmptyContinuation',
  description: 'Empty continuation lines will become errors in a future release',
  url: buildkitPage('no-empty-continuation'),
  find: ({ file }) =>
    file.diagnostics
      .filter(({ code }) => code === 'NoEmptyContinuation')
      .map(({ at, related, message, hint }) => {
        const last = related[0]?.at ?? at
        const empty = [{ note: 'the empty line', at }]
        const fixes = harmless('remove the empty line', emptyLines(at, last))
        return { at: last, whole: last, message, related: empty, ...(hint === undefined ? {} : { hint }), fixes }
      }),
}

/** From the first empty line to the last line of the instruction. */
function emptyLines({ source, span }: Location, last: Location): readonly Edit[] {
  const edits: Edit[] = []
  for (let at = span.start; at <= last.span.start; ) {
    const [edit] = removeLine(source.text, at)
    if (edit === undefined || edit.span.end <= at) break
    if (source.text.slice(edit.span.start, edit.span.end).trim() === '') edits.push(edit)
    at = edit.span.end
  }
  return edits
}
