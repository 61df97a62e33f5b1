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
      .flatMap(({ instruction, at, related, ports }) =>
        ports
          .filter(({ spec }) => !('error' in spec) && spec.protocol !== spec.protocol.toLowerCase())
          .map(({ text, word }) => {
            const message = `Defined protocol '${text}' in EXPOSE instruction should be lowercase`
            return { at: wordAt(at, word), whole: at, message, related, commented: instruction }
          }),
      ),
}
