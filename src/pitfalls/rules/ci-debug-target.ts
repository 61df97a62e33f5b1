import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type OutsideBuild, outsideBuilds, stageOfTarget } from '../queries/outside-builds.ts'
import { isSideStage, stagesUsedBy } from '../queries/stage-roles.ts'

/** What goes out is not what was meant for it. */
export const ciDebugTarget: Pitfall = {
  id: 'ci-debug-target',
  summary:
    'Pipelines and compose files for production publish the release stage, not one for building, testing or debugging',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'security', 'size', 'production'],
  peers: {},
  find: (facts) =>
    outsideBuilds(facts).flatMap((build) => {
      const stage = build.target === undefined ? undefined : stageOfTarget(facts, build.target)
      if (stage === undefined || !build.published || isNamedSo(build, stage) || !isWrong(facts, stage)) return []
      return [toHit(facts, { build, stage })]
    }),
}

const releaseName = /^(?:release|prod|production|final|runtime|runner|deploy|live)(?:[-_.]|$)/i

/** It is for tests or debugging by its name, or the last stage is made of it. A branch of its own may be an image of its own. */
function isWrong({ stages }: Facts, stage: StageModel): boolean {
  const last = stages.at(-1)
  if (last === undefined || stages.length < 2) return false
  if (isSideStage(stage)) return true
  if (stage === last || releaseName.test(stage.name ?? '') || isSideStage(last)) return false
  return stagesUsedBy(last).has(stage)
}

/** The tag says what it is: `app:builder-cache`, `app:debug`. Whoever pulls it wants it. */
function isNamedSo({ tags }: OutsideBuild, { name }: StageModel): boolean {
  if (tags.length === 0 || name === undefined) return false
  return tags.every((tag) => {
    const version = /:([^/]*)$/.exec(tag)?.[1]?.toLowerCase() ?? ''
    return version
      .split(/[-_.]/)
      .some((word) => word === name.toLowerCase() || word === 'cache' || word === 'buildcache')
  })
}

function toHit(
  { stages }: Facts,
  { build, stage }: { readonly build: OutsideBuild; readonly stage: StageModel },
): PitfallHit {
  const release =
    [...stages].reverse().find((one) => releaseName.test(one.name ?? '')) ??
    [...stages].reverse().find((one) => !isSideStage(one))
  const kind = isSideStage(stage) ? 'is not meant for release' : 'only serves to build the last stage'
  return {
    at: build.targetAt,
    message: `${build.what} publishes stage \`${stage.label}\`, which ${kind}`,
    ...(release === undefined || release === stage
      ? {}
      : {
          hint:
            release.name === undefined
              ? 'leave the target out: the last stage is the one to publish'
              : `build it with the target \`${release.name}\``,
        }),
    related: [{ note: `stage \`${stage.label}\` begins here`, at: stage.at }],
    evidence: { target: stage.label },
  }
}
