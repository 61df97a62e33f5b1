import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** An unset variable is empty, silently. Commands of RUN, CMD and ENTRYPOINT are the shell's business. */
export const undefinedVar: Rule = {
  name: 'UndefinedVar',
  description: 'Variables should be defined before their use',
  url: buildkitPage('undefined-var'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, unknown }) =>
        unknown.map(({ name, near, word }) => {
          const meant = near === undefined ? '' : ` (did you mean $${near}?)`
          const message = `Usage of undefined variable '$${name}'${meant}`
          return { at: wordAt(at, word), whole: at, message, related, commented: instruction, evidence: { name } }
        }),
      ),
}
