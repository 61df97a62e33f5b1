import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** `ENV name value`: everything behind the name is the value, so a second pair on the line is lost in it. */
export const legacyKeyValueFormat: Rule = {
  name: 'LegacyKeyValueFormat',
  description: 'Legacy key/value format with whitespace separator should not be used',
  url: buildkitPage('legacy-key-value-format'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related }) => {
        if ((instruction.kind !== 'ENV' && instruction.kind !== 'LABEL') || !instruction.legacy) return []
        const name = instruction.keyword.text
        const message = `"${name} key=value" should be used instead of legacy "${name} key value" format`
        return [{ at: wordAt(at, instruction.pairs[0]), whole: at, message, related, commented: instruction }]
      }),
}
