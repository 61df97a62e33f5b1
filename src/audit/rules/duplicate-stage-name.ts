import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** The later stage hides the earlier one from then on. */
export const duplicateStageName: Rule = {
  name: 'DuplicateStageName',
  description: 'Stage names should be unique',
  url: buildkitPage('duplicate-stage-name'),
  find: ({ stages }) =>
    stages.flatMap(({ stage, from, at }, index) => {
      const { name } = stage
      const earlier = name === undefined ? undefined : stages.slice(0, index).find((other) => other.stage.name === name)
      if (earlier === undefined) return []
      const message = `Duplicate stage name ${JSON.stringify(name)}, stage names should be unique`
      const related = [{ note: 'the same name', at: wordAt(earlier.at, earlier.from.as) }]
      return [{ at: wordAt(at, from.as), whole: at, message, related }]
    }),
}
