import { replaceWord } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** FROM finds only stages in lower case, so a name that is not invites a mistake. Whatever names the stage goes by lower case already. */
export const stageNameCasing: Rule = {
  name: 'StageNameCasing',
  description: 'Stage names should be lowercase',
  url: buildkitPage('stage-name-casing'),
  find: ({ stages }) =>
    stages.flatMap(({ from, at }) => {
      const name = from.as
      if (name === undefined || name.text === name.text.toLowerCase()) return []
      const message = `Stage name '${name.text}' should be lowercase`
      const hint = `write ${name.text.toLowerCase()}`
      const fixes = harmless(hint, replaceWord(name, name.text.toLowerCase()))
      return [{ at: wordAt(at, name), whole: at, message, commented: from, hint, fixes }]
    }),
}
