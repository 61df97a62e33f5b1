import type { Fix } from '../../core/index.ts'
import type { Dockerfile, KeyValue } from '../../dockerfile/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** `ENV name value`: everything behind the name is the value, so a second pair on the line is lost in it. */
export const legacyKeyValueFormat: Rule = {
  name: 'LegacyKeyValueFormat',
  description: 'Legacy key/value format with whitespace separator should not be used',
  url: buildkitPage('legacy-key-value-format'),
  find: ({ file, stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, trigger }) => {
        if ((instruction.kind !== 'ENV' && instruction.kind !== 'LABEL') || !instruction.legacy) return []
        const name = instruction.keyword.text
        const message = `"${name} key=value" should be used instead of legacy "${name} key value" format`
        const [pair] = instruction.pairs
        const fixes = trigger || pair === undefined ? [] : withEquals(file, pair)
        return [{ at: wordAt(at, pair), whole: at, message, related, commented: instruction, fixes }]
      }),
}

/** Blanks need quotes now. What is quoted or escaped in parts and has blanks is left to people. */
function withEquals({ source }: Dockerfile, { key, value }: KeyValue): readonly Fix[] {
  if (value === undefined || /["'\\`$]/.test(key.text)) return []
  const gap = { start: key.span.end, end: value.span.start }
  if (source.text.slice(gap.start, gap.end).includes('\n')) return []
  const title = `write ${key.text}=…`
  if (!/\s/.test(value.text) || /^(?:"[^"\\`]*"|'[^']*')$/.test(value.text))
    return harmless(title, [{ span: gap, text: '=' }])
  if (/["'\\`]/.test(value.text)) return []
  const end = { start: value.span.end, end: value.span.end }
  return harmless(title, [
    { span: gap, text: '="' },
    { span: end, text: '"' },
  ])
}
