import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** Whoever builds without the argument would get an error that names no argument. */
export const invalidDefaultArgInFrom: Rule = {
  name: 'InvalidDefaultArgInFrom',
  description: 'Default value for global ARG results in an empty or invalid base image name',
  url: buildkitPage('invalid-default-arg-in-from'),
  find: ({ stages }) =>
    stages
      .filter(({ baseValidByDefault }) => !baseValidByDefault)
      .map(({ from, at }) => {
        const message = `Default value for ARG ${from.image.text} results in empty or invalid base image name`
        return { at: wordAt(at, from.image), whole: at, message, hint: 'give the ARG a default' }
      }),
}
