import { externalImages } from '../queries/image-uses.ts'
import type { Pitfall } from '../pitfall.ts'

/** Images without a tag, or with `latest`. */
export const unpinnedBase: Pitfall = {
  id: 'unpinned-base',
  summary:
    'Images are named with a tag that stands for a version: without one, every build may start from something else.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: { hadolint: ['DL3006', 'DL3007'], dockle: ['DKL-DI-0006'], trivy: ['DS-0001'] },
  find: (facts) =>
    externalImages(facts).flatMap(({ image, at, via }) => {
      const { reference } = image
      if (reference === undefined || reference.digest !== undefined) return []
      // A name without a tag in COPY --from is more often a stage that was misspelt; another rule says so.
      if (via !== 'from' && reference.tag === undefined && !image.known) return []
      if (reference.tag !== undefined && reference.tag !== 'latest') return []
      const what = reference.tag === undefined ? 'has no tag, which means latest' : 'has the tag latest'
      return [
        {
          at,
          message: `${image.written} ${what}: what it stands for changes without notice`,
          hint: 'name the version that was tested, and its digest where builds must not change by themselves; slipway fix --update-bases writes both',
        },
      ]
    }),
}
