import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** FROM finds only stages in lower case, so a name that is not invites a mistake. */
export const stageNameCasing: Rule = {
  name: 'StageNameCasing',
  description: 'Stage names should be lowercase',
  url: buildkitPage('stage-name-casing'),
  find: ({ stages }) =>
    stages.flatMap(({ from, at }) => {
      const name = from.as
      if (name === undefined || name.text === name.text.toLowerCase()) return []
      const message = `Stage name '${name.text}' should be lowercase`
      return [{ at: wordAt(at, name), whole: at, message, commented: from, hint: `write ${name.text.toLowerCase()}` }]
    }),
}
