import type { Pitfall } from '../pitfall.ts'
import { pushingPipelines } from '../queries/outside-builds.ts'

/** Images grow by what nobody has noticed. */
export const ciBudgetMissing: Pitfall = {
  id: 'ci-budget-missing',
  summary: 'A pipeline that pushes an image has a budget for its size or its layers: else it grows unnoticed',
  severity: 'info',
  level: 'context',
  profiles: ['decision', 'size', 'production'],
  peers: {},
  find: (facts) => {
    if (facts.project?.pipelines.some(({ budgets }) => budgets.length > 0) === true) return []
    return pushingPipelines(facts).flatMap(({ path, source, pushes: [first] }) =>
      first === undefined
        ? []
        : [
            {
              at: { source, span: first.span },
              message: `\`${path}\` pushes ${first.image === undefined ? 'an image' : `\`${first.image}\``} without a look at its size`,
              hint: 'compare it with a budget before the push: `CI=true dive IMAGE`, or `docker image inspect --format {{.Size}} IMAGE` and a number',
              evidence: { pipeline: path },
            },
          ],
    )
  },
}
