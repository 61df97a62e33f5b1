import { replaceWord } from '../../editing/index.ts'
import { wordAt } from '../places.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/index.ts'
import type { Fix } from '../../core/index.ts'
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
          hint: `write LABEL ${label}="..."`,
          fixes: asLabel(file, instruction),
        }
      }),
}

const label = 'org.opencontainers.image.authors'

/** In a label, variables and escapes have a meaning; in MAINTAINER they have none. The field `author` of the configuration goes. */
function asLabel(file: Dockerfile, instruction: Instruction): readonly Fix[] {
  const has = file.instructions.some(
    (one) => one.kind === 'LABEL' && one.pairs.some(({ key }) => key.text.replaceAll(/["']/g, '') === label),
  )
  if (instruction.kind !== 'MAINTAINER' || has) return []
  const { keyword, word } = instruction
  const author = word.text.replace(/^(["'])(.*)\1$/, '$2')
  const value = author.replaceAll(/["$\\`]/g, (one) =>
    one === '"' || one === '$' || one === file.escape ? file.escape + one : one,
  )
  const name = keyword.text === keyword.text.toLowerCase() ? 'label' : 'LABEL'
  const edits = [...replaceWord(keyword, name), ...replaceWord(word, `${label}="${value}"`)]
  return [{ title: `write ${name} ${label}`, edits, claims: ['same-files'] }]
}
