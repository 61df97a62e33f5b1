import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

const words = ['apikey', 'auth', 'credentials?', 'key', 'password', 'pword', 'passwd', 'secret', 'token']
const sensitive = new RegExp(`(?:_|^)(?:${words.join('|')})(?:_|$)`, 'i')
// A path to a secret, its public half or its version are no secrets.
const harmless = /(?:_|^)(?:public|file|version)(?:_|$)/i

/** ARG and ENV are stored in the image's history and configuration. Only the name is looked at. */
export const secretsUsedInArgOrEnv: Rule = {
  name: 'SecretsUsedInArgOrEnv',
  description: 'Sensitive data should not be used in the ARG or ENV commands',
  url: buildkitPage('secrets-used-in-arg-or-env'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, names }) =>
        names
          .filter(({ name }) => sensitive.test(name) && !harmless.test(name))
          .map(({ name, word }) => {
            const message = `Do not use ARG or ENV instructions for sensitive data (${instruction.kind} ${JSON.stringify(name)})`
            const hint = 'use RUN --mount=type=secret, which leaves nothing in the image'
            return {
              at: wordAt(at, word),
              whole: at,
              message,
              related,
              commented: instruction,
              hint,
              evidence: { name },
            }
          }),
      ),
}
