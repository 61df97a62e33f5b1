import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** Which address and port of the host are used is decided by whoever runs the image. */
export const exposeInvalidFormat: Rule = {
  name: 'ExposeInvalidFormat',
  description:
    'IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release',
  url: buildkitPage('expose-invalid-format'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, ports }) =>
        ports
          .filter(({ spec }) => !('error' in spec) && (spec.ip !== '' || spec.hostPort !== ''))
          .map(({ text, word }) => {
            const message = `EXPOSE instruction should not define an IP address or host-port mapping, found '${text}'`
            return { at: wordAt(at, word), whole: at, message, related, commented: instruction }
          }),
      ),
}
