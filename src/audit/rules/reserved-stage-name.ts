import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

const reserved: readonly (string | undefined)[] = ['context', 'scratch']

/** `scratch` is the empty image and `context` the main build context, wherever they stand. */
export const reservedStageName: Rule = {
  name: 'ReservedStageName',
  description: 'Reserved words should not be used as stage names',
  url: buildkitPage('reserved-stage-name'),
  find: ({ stages }) =>
    stages
      .filter(({ stage }) => reserved.includes(stage.name))
      .map(({ stage, from, at }) => {
        const message = `Stage name should not use the same name as reserved stage ${JSON.stringify(stage.name)}`
        return { at: wordAt(at, from.as), whole: at, message }
      }),
}
