import { replaceWord } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** The configuration of the image holds the protocol in lower case anyway. */
export const exposeProtoCasing: Rule = {
  name: 'ExposeProtoCasing',
  description: 'Protocol in EXPOSE instruction should be lowercase',
  url: buildkitPage('expose-proto-casing'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, ports, trigger }) =>
        ports
          .filter(({ spec }) => !('error' in spec) && spec.protocol !== spec.protocol.toLowerCase())
          .map(({ text, word }) => {
            const message = `Defined protocol '${text}' in EXPOSE instruction should be lowercase`
            const wanted = word.text.replace(/\/[a-z]+$/i, (protocol) => protocol.toLowerCase())
            const fixable = !trigger && wanted !== word.text
            const fixes = fixable ? harmless(`write ${wanted}`, replaceWord(word, wanted)) : []
            return { at: wordAt(at, word), whole: at, message, related, commented: instruction, fixes }
          }),
      ),
}
