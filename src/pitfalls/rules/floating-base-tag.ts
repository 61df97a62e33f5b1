import { isExactTag } from '../../bases/index.ts'
import { externalImages } from '../queries/image-uses.ts'
import type { Pitfall } from '../pitfall.ts'

/** Tags that are moved to newer releases. */
export const floatingBaseTag: Pitfall = {
  id: 'floating-base-tag',
  summary: 'A base is named by a full version or a digest: shorter tags are moved to every newer release.',
  severity: 'info',
  level: 'static',
  profiles: ['security', 'production'],
  peers: {},
  find: (facts) =>
    externalImages(facts).flatMap(({ image, at, via }) => {
      const { reference } = image
      if (via !== 'from' || reference?.tag === undefined || reference.tag === 'latest') return []
      if (reference.digest !== undefined || isExactTag(reference)) return []
      return [
        {
          at,
          message: `the tag ${reference.tag} of ${image.written} is moved to newer releases`,
          hint: `add the digest that was tested: ${image.written}@sha256:…; slipway fix --update-bases writes it`,
        },
      ]
    }),
}
