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
        return { at: last, whole: last, message, related: empty, ...(hint === undefined ? {} : { hint }) }
      }),
}
