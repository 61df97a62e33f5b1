import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** FROM sees the ARGs above the first FROM and the platform arguments, nothing else. */
export const undefinedArgInFrom: Rule = {
  name: 'UndefinedArgInFrom',
  description: 'FROM command must use declared ARGs',
  url: buildkitPage('undefined-arg-in-from'),
  find: ({ stages }) =>
    stages.flatMap(({ from, at, base, platform }) => {
      const used = [
        ...base.unknown.map((name) => ({ ...name, word: from.image })),
        ...(platform?.unknown ?? []).map((name) => ({ ...name, word: platform?.flag })),
      ]
      return used.map(({ name, near, word }) => {
        const meant = near === undefined ? '' : ` (did you mean ${near}?)`
        const message = `FROM argument '${name}' is not declared${meant}`
        const hint = 'declare it with ARG above the first FROM'
        return { at: wordAt(at, word), whole: at, message, commented: from, hint, evidence: { name } }
      })
    }),
}
