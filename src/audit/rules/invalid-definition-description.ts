import type { Instruction } from '../../dockerfile/index.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** The comment above a stage or ARG is its description in `--call=outline` when it begins with the name. */
export const invalidDefinitionDescription: Rule = {
  name: 'InvalidDefinitionDescription',
  description:
    'Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.',
  url: buildkitPage('invalid-definition-description'),
  experimental: true,
  find: ({ file }) =>
    file.instructions.flatMap((instruction) => {
      const names = definedNames(instruction)
      const comment = instruction.comments.at(-1)
      if (comment === undefined || names.length === 0) return []
      if (comment.indented !== true && names.includes(comment.text.split(' ', 1)[0] ?? '')) return []
      const name = names.length > 1 ? '<arg_key>' : names[0]
      const whole = { source: file.source, span: instruction.span }
      const message = `Comment for ${instruction.kind} should follow the format: \`# ${name} <description>\``
      const related = [{ note: 'the comment', at: { source: file.source, span: comment.span } }]
      return [{ at: wordAt(whole, instruction.keyword), whole, message, related, commented: instruction }]
    }),
}

function definedNames(instruction: Instruction): readonly string[] {
  if (instruction.kind === 'ARG') return instruction.pairs.map(({ key }) => key.text)
  return instruction.kind === 'FROM' && instruction.as !== undefined ? [instruction.as.text.toLowerCase()] : []
}
