import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { finalCopies } from '../queries/final-copies.ts'
import { listed } from '../queries/listed.ts'
import { isWithin } from '../queries/origins.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { finalIsSideStage, isExportStage } from '../queries/stage-roles.ts'
import { actionsIn } from '../queries/steps.ts'
import { asksForMachine, asksForTarget, knowsTargetArch } from '../queries/target-arch.ts'

/** Machine code for the platform that builds, in an image for another one. */
export const crossBuildArchMismatch: Pitfall = {
  id: 'cross-build-arch-mismatch',
  summary: 'What a stage on the build platform compiles is compiled for the target: else it does not start there.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const seen = new Set<unknown>()
    const ofBase = baseOfBuilder(facts)
    if (ofBase !== undefined) return [ofBase]
    const compiled = shippedCode(facts).flatMap((code): readonly PitfallHit[] => {
      const { stage, step, isCross, madeBy } = code
      const maker = madeBy?.stage ?? stage
      if (stage === undefined || maker === undefined || isCross || seen.has(step)) return []
      const [made, wanted] = [platformOf(maker), platformOf(step.stage)]
      if (made === undefined || wanted === undefined || made === wanted || knowsTargetArch(stage.history)) return []
      seen.add(step)
      return [hit(facts, code, { maker, made, wanted })]
    })
    return [...compiled, ...fetchedForBuilder(facts).filter(({ at }) => !compiled.some((one) => one.at === at))]
  },
}

/** `uname -m` on the build platform says what builds: what is fetched by its answer runs there only. */
function fetchedForBuilder(facts: Facts): readonly PitfallHit[] {
  return finalCopies(facts).flatMap(({ step, stage, path }): readonly PitfallHit[] => {
    if (stage === undefined || platformOf(stage) !== 'build' || platformOf(step.stage) !== 'target') return []
    if (asksForTarget(stage.history)) return []
    const fetching = stage.history.find((one) => asksForMachine(one) && fetches(one, path))
    if (fetching === undefined) return []
    return [
      {
        at: step.at,
        message: `\`${path}\` is fetched for the platform that builds in "${stage.label}" (line ${fetching.line} asks the machine), and "${step.stage.label}" is for the target platform: exec format error when the two differ`,
        hint: 'declare ARG TARGETARCH there and fetch by it; or leave out --platform=$BUILDPLATFORM',
        related: [{ note: 'fetched here', at: fetching.at }],
        evidence: { made: 'build', wanted: 'target', names: path },
      },
    ]
  })
}

/** A download of the step lies at the path, or is unpacked where the path is. */
function fetches(step: StepModel, path: string): boolean {
  const downloads = actionsIn([step], 'download')
  return (
    downloads.some(({ action }) => action.output === path) ||
    (downloads.length > 0 &&
      actionsIn([step], 'unpack').some(
        ({ action }) => action.directory !== undefined && isWithin(path, action.directory),
      ))
  )
}

/** The image itself starts from the base of the machine that builds. */
function baseOfBuilder(facts: Facts): PitfallHit | undefined {
  const { final } = facts
  const root = final.chain[0] ?? final
  if (root.base.isEmpty || platformOf(final) !== 'build') return undefined
  if (finalIsSideStage(facts) || isExportStage(final)) return undefined
  return {
    at: root.at,
    message: `${final === root ? 'the image' : `the image of "${final.label}"`} starts from ${root.base.written} for the platform that builds: for any other target its programs do not start (exec format error)`,
    hint: 'leave out --platform=$BUILDPLATFORM here: it is for stages whose results fit every platform, or are compiled for the target',
    evidence: { made: 'build', wanted: 'target' },
  }
}

/** The platform of a stage: the target's without a flag; undefined when arguments decide it. */
function platformOf(stage: StageModel): string | undefined {
  const root = stage.chain[0] ?? stage
  const flag = root.from.flags.find(({ key }) => key === 'platform')
  const text = flag?.content
  if (text === undefined || /^\$\{?TARGETPLATFORM\}?$/.test(text)) return 'target'
  if (/^\$\{?BUILDPLATFORM\}?$/.test(text)) return 'build'
  return text.includes('$') ? undefined : text.replace(/^linux\//, '')
}

function hit(
  _: Facts,
  { step, names, what, madeBy }: ShippedCode,
  { maker, made, wanted }: { readonly maker: StageModel; readonly made: string; readonly wanted: string },
): PitfallHit {
  const things = what === 'jlink' ? 'the Java runtime that jlink makes' : listed(names.map((name) => `\`${name}\``))
  return {
    at: step.at,
    message: `${things} is made for ${spoken(made)} in "${maker.label}", and "${step.stage.label}" is for ${spoken(wanted)}: exec format error when the two differ`,
    hint: hintFor(what, made),
    related: madeBy === undefined ? [] : [{ note: 'made here', at: madeBy.at }],
    evidence: { made, wanted, names: names.join(' ') },
  }
}

function spoken(platform: string): string {
  return platform === 'target' ? 'the target platform' : platform === 'build' ? 'the platform that builds' : platform
}

function hintFor(what: ShippedCode['what'], made: string): string {
  const same = made === 'build' ? 'leave out --platform=$BUILDPLATFORM there' : 'give both stages one platform'
  if (what === 'go') return `compile for the target: ARG TARGETARCH and GOARCH=$TARGETARCH go build; or ${same}`
  if (what === 'rust') return `compile for the target: --target by TARGETARCH; or ${same}`
  if (what === 'node')
    return `install for the target (npm ci --cpu=…) or ${same}: pure files may come from the build platform`
  return `compile for the target by TARGETARCH; or ${same}`
}
