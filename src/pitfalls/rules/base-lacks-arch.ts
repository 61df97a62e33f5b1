import { architecturesOf } from '../../bases/index.ts'
import { flagsNamed } from '../../dockerfile/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { listed } from '../queries/listed.ts'
import { buildsHere, stageOfTarget } from '../queries/outside-builds.ts'

/** A base that is not published for a platform which the image is built for. */
export const baseLacksArch: Pitfall = {
  id: 'base-lacks-arch',
  summary: 'Bases are published for every platform that the image is built for: for the others FROM finds nothing.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: { buildkit: ['InvalidBaseImagePlatform'] },
  find: (facts) => {
    const wanted = wantedByPipelines(facts)
    return facts.stages.flatMap((stage): readonly PitfallHit[] => {
      const { parent, base, reachable } = stage
      if (parent !== undefined || base.reference === undefined || !reachable) return []
      const has = architecturesOf(base.reference)
      if (has === undefined) return []
      const missing = platformsOf(facts, stage, wanted).filter(
        ({ platform }) => !has.includes(architectureOf(platform)),
      )
      const [first] = missing
      return first === undefined ? [] : [hit(stage, { has, first, missing })]
    })
  },
}

interface Wanted {
  /** `linux/arm64`, `linux/arm/v7`. */
  readonly platform: string
  /** Who wants it. */
  readonly by: string
  /** What is built. */
  readonly stage: StageModel
}

/** What pipelines build this file for. */
function wantedByPipelines(facts: Facts): readonly Wanted[] {
  return (facts.project?.pipelines ?? []).flatMap((pipeline) =>
    buildsHere(facts, pipeline).flatMap(({ platforms, target }) => {
      const stage = target === undefined ? facts.final : stageOfTarget(facts, target)
      if (stage === undefined) return []
      return platforms
        .map((platform) => platform.trim())
        .filter((platform) => /^linux\/[a-z0-9]+(?:\/v\d)?$/.test(platform))
        .map((platform) => ({ platform, by: `\`${pipeline.path}\` builds for it`, stage }))
    }),
  )
}

/** The platforms that a base is asked for: what its own FROM says, else what the whole file is built for. */
function platformsOf(facts: Facts, stage: StageModel, wanted: readonly Wanted[]): readonly Wanted[] {
  const told = flagsNamed(stage.from, 'platform').at(-1)?.content ?? ''
  if (told !== '' && !told.includes('$')) return [{ platform: told, by: 'its FROM asks for it', stage }]
  // $BUILDPLATFORM is the machine that builds; what other variables hold nobody knows.
  if (told !== '' && !/^\$\{?TARGETPLATFORM\}?$/.test(told)) return []
  return wanted.filter((one) => one.stage === facts.final || one.stage.chain.includes(stage))
}

/** `linux/arm/v7` → `arm`, as the catalogue writes it. */
function architectureOf(platform: string): string {
  const [first = '', second] = platform.split('/')
  const name = second ?? first
  return { x86_64: 'amd64', aarch64: 'arm64', armhf: 'arm', i386: '386' }[name] ?? name
}

function hit(
  { at, base }: StageModel,
  {
    has,
    first,
    missing,
  }: { readonly has: readonly string[]; readonly first: Wanted; readonly missing: readonly Wanted[] },
): PitfallHit {
  const platforms = [...new Set(missing.map(({ platform }) => platform))]
  return {
    at,
    message: `${base.written} is not published for ${listed(platforms)}: it is there for ${listed(has)} only, and ${first.by}`,
    hint: 'take another variant of the image (on Debian instead of Alpine, a newer version), build this stage with --platform=$BUILDPLATFORM when it only compiles, or leave the platform out of what is built',
    evidence: { wanted: platforms.join(' '), published: has.join(' ') },
  }
}
