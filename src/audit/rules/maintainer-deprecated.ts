import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** MAINTAINER, wherever it stands. */
export const maintainerDeprecated: Rule = {
  name: 'MaintainerDeprecated',
  description: 'The MAINTAINER instruction is deprecated, use a label instead to define an image author',
  url: buildkitPage('maintainer-deprecated'),
  find: ({ file }) =>
    file.instructions
      .filter(({ kind }) => kind === 'MAINTAINER')
      .map((instruction) => {
        const whole = { source: file.source, span: instruction.span }
        return {
          at: wordAt(whole, instruction.keyword),
          whole,
          message: 'Maintainer instruction is deprecated in favor of using label',
          commented: instruction,
          hint: 'write LABEL org.opencontainers.image.authors="..."',
        }
      }),
}
