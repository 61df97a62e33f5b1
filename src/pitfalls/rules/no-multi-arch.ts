import type { PipelineBuild } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { buildsHere, stageOfTarget } from '../queries/outside-builds.ts'
import { isSideStage } from '../queries/stage-roles.ts'
import { asksForTarget } from '../queries/target-arch.ts'

/** What is published runs on one kind of machine, and was meant for several. */
export const noMultiArch: Pitfall = {
  id: 'no-multi-arch',
  summary: 'A pipeline publishes an image for all platforms that its Dockerfile is written for.',
  severity: 'info',
  level: 'context',
  profiles: [],
  optIn: true,
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const pipelines = facts.project?.pipelines ?? []
  // The platforms may be put together of images that were built one by one, or be told elsewhere.
  if (pipelines.some(({ source }) => elsewhere.test(source.text))) return []
  const builds = pipelines.flatMap((pipeline) => buildsHere(facts, pipeline).map((build) => ({ pipeline, build })))
  const several = builds.find(({ build }) => new Set(build.platforms).size > 1)
  const why =
    several === undefined
      ? reasonInFile(facts)
      : `${several.pipeline.path} builds for ${several.build.platforms.join(' and ')}`
  if (why === undefined) return []
  return builds
    .filter(({ build }) => build.pushed && build.platforms.length === 0 && !isSide(facts, build))
    .map(({ pipeline, build }) => ({
      at: { source: pipeline.source, span: build.span },
      message: `\`${pipeline.path}\` publishes an image for the platform of its own machine only, and ${why}`,
      hint: 'name them: `platforms: linux/amd64,linux/arm64`, `docker buildx build --platform linux/amd64,linux/arm64 --push`',
      evidence: { pipeline: pipeline.path },
    }))
}

const elsewhere =
  /imagetools\s+create|\bmanifest\s+(?:create|push|annotate)|manifest-tool|\bbake\b|DOCKER_DEFAULT_PLATFORM|\bmatrix\b|runs-on:.*\barm|:\S*-(?:arm64|amd64)\b/

function reasonInFile({ stages, file }: Facts): string | undefined {
  const needed = stages.filter(({ reachable }) => reachable)
  const crossing = needed.find(({ onBuildPlatform }) => onBuildPlatform)
  if (crossing !== undefined)
    return `stage ${crossing.label} of ${file.source.path} compiles for other platforms than its own`
  return needed.some(({ steps }) => asksForTarget(steps)) ? `${file.source.path} asks what it builds for` : undefined
}

/** Images for tests run where they are built. */
function isSide(facts: Facts, { target }: PipelineBuild): boolean {
  const stage = target === undefined ? facts.final : stageOfTarget(facts, target)
  return stage === undefined || (facts.stages.length > 1 && isSideStage(stage))
}
