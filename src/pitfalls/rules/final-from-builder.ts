import type { Pitfall } from '../pitfall.ts'
import { buildsApplication, buildsOf, finalIsSideStage } from '../queries/stage-roles.ts'

/** FROM build: the shipped stage continues the one that has built. */
export const finalFromBuilder: Pitfall = {
  id: 'final-from-builder',
  summary:
    'The final stage starts from a small base and copies the result; continuing the stage that built ships all of its tools and sources.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'security', 'production'],
  peers: {},
  find: (facts) => {
    const { final } = facts
    if (finalIsSideStage(facts)) return []
    const builder = final.chain.slice(0, -1).findLast((stage) => buildsApplication(stage))
    if (builder === undefined) return []
    const [first] = buildsOf(builder)
    return [
      {
        at: final.at,
        message: `the final stage continues "${builder.label}", which builds the application (line ${first?.step.line}): its tools, sources and development packages are in the image`,
        hint: `begin with FROM a runtime image, and COPY --from=${builder.name ?? builder.index} what the build has made`,
        related: [{ note: `"${builder.label}" begins here`, at: builder.at }],
        evidence: { builder: builder.label },
        costs: { line: 0, paths: [] },
      },
    ]
  },
}
