import { nearest } from '../../core/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { namedInFiles } from '../queries/named-targets.ts'
import { finalIsSideStage, isExportStage, isSideStage, stagesUsedBy } from '../queries/stage-roles.ts'

/** A stage that nothing needs and nobody builds by name. */
export const unusedStage: Pitfall = {
  id: 'unused-stage',
  summary:
    'Every stage is needed by the final one, or is one that is built by name: for tests, debugging, development.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision'],
  peers: {},
  find: (facts) => {
    // What is released then is somewhere above: nobody can say which of the stages it is.
    if (finalIsSideStage(facts)) return []
    const used = usedStages(facts, namedInFiles(facts))
    return facts.stages
      .filter((stage) => !used.has(stage) && !isMisspelt(stage, facts))
      .map((stage) => ({
        at: stage.at,
        message: `nothing uses the stage "${stage.label}": ${facts.final.label} does not need it, and its name is none of a test, debug or development stage`,
        hint: 'delete it; or copy from it what was meant to be in the image; or name it as a target where it is built',
        evidence: { stage: stage.label },
      }))
  },
}

/** What the final stage, the targets that somebody names and the stages for tests need. */
function usedStages(facts: Facts, named: ReadonlySet<string>): ReadonlySet<StageModel> {
  const used = new Set<StageModel>()
  for (const stage of facts.stages) {
    const isBuilt =
      stage === facts.final ||
      stage === facts.stages.at(-1) ||
      isSideStage(stage) ||
      isExportStage(stage) ||
      isOtherImage(stage, facts) ||
      (stage.name !== undefined && (facts.namedTargets.has(stage.name) || named.has(stage.name)))
    if (isBuilt) stagesUsedBy(stage, used)
  }
  return used
}

/** The image of another service: it starts a program of its own, and is built of the same stages as the final one. */
function isOtherImage(stage: StageModel, { stages, final }: Facts): boolean {
  if (stage.name === undefined || !stage.steps.some(({ kind }) => kind === 'CMD' || kind === 'ENTRYPOINT')) return false
  if (stages.some((other) => other !== stage && stagesUsedBy(other).has(stage))) return false
  const ofFinal = stagesUsedBy(final)
  return [...stagesUsedBy(stage)].some((one) => ofFinal.has(one))
}

/** A COPY --from has nearly its name: that line is the one to repair. */
function isMisspelt({ name }: StageModel, { stages }: Facts): boolean {
  if (name === undefined) return false
  const written = stages.flatMap(({ steps }) =>
    steps.flatMap(({ transfer }) =>
      transfer?.from.kind === 'image' && !transfer.from.base.known ? transfer.from.base.written.toLowerCase() : [],
    ),
  )
  return written.some((other) => nearest(other, [name]).length > 0)
}
