import { endOfSupport } from '../../bases/index.ts'
import { externalImages } from '../queries/image-uses.ts'
import type { Pitfall } from '../pitfall.ts'

/** Bases that nobody mends any more. */
export const eolBase: Pitfall = {
  id: 'eol-base',
  summary: 'What an image starts from is still supported: nobody mends holes in a release after its end.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: {},
  find: (facts) =>
    externalImages(facts).flatMap(({ image, at, via }) => {
      if (via !== 'from' || image.reference === undefined) return []
      const [first] = endOfSupport(image.reference, facts.today)
      if (first === undefined) return []
      return [
        {
          at,
          message: `${image.written} holds ${first.title}, whose support ended on ${first.since}`,
          hint: `move to a release that is supported; slipway outdated names them`,
          evidence: { since: first.since },
        },
      ]
    }),
}
