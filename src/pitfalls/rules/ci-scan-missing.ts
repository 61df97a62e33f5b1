import type { Pitfall } from '../pitfall.ts'
import { pushingPipelines } from '../queries/outside-builds.ts'

/** Nobody looks at what is published. */
export const ciScanMissing: Pitfall = {
  id: 'ci-scan-missing',
  summary: 'A pipeline that pushes an image scans it: else known vulnerabilities are found when the image runs',
  severity: 'warning',
  level: 'context',
  profiles: ['security', 'production'],
  peers: {},
  find: (facts) => {
    // A pipeline of its own may scan what another one has pushed.
    if (facts.project?.pipelines.some(({ scans }) => scans.length > 0) === true) return []
    return pushingPipelines(facts).flatMap(({ path, source, pushes: [first] }) =>
      first === undefined
        ? []
        : [
            {
              at: { source, span: first.span },
              message: `\`${path}\` pushes ${first.image === undefined ? 'an image' : `\`${first.image}\``} that no step has scanned`,
              hint: 'scan it before the push, and let the step fail: `trivy image --exit-code 1 --severity CRITICAL IMAGE`, `grype IMAGE --fail-on critical`, `slipway scan`',
              evidence: { pipeline: path },
            },
          ],
    )
  },
}
