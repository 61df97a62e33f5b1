import { didYouMean, type Fix, nearest } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { Facts, StageModel, StepModel, TransferSource } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** COPY --from=NAME where NAME is no stage above and no image that anybody would copy from. */
export const unknownStageReference: Pitfall = {
  id: 'unknown-stage-reference',
  summary:
    'COPY --from names a stage further up or an image; anything else is looked for in a registry and fails there.',
  severity: 'error',
  level: 'static',
  profiles: ['production'],
  peers: { hadolint: ['DL3022'] },
  find: (facts) => facts.stages.flatMap((stage) => stage.steps.flatMap((step) => unknownIn(step, facts))),
}

function unknownIn(step: StepModel, facts: Facts): readonly PitfallHit[] {
  const { transfer } = step
  const copied = transfer === undefined ? [] : hitsOf(step, transfer.from, facts)
  const mounted = step.mounts.flatMap(({ source }) => (source === undefined ? [] : hitsOf(step, source, facts)))
  return [...copied, ...mounted]
}

function hitsOf(step: StepModel, from: TransferSource, { stages }: Facts): readonly PitfallHit[] {
  if (from.kind !== 'image') return []
  const name = from.base.written
  // A tag, a digest, a path or a variable: somebody means an image.
  if (!/^[\w-]+$/.test(name)) return []
  const above = stages.slice(0, step.stage.index)
  const below = stages.slice(step.stage.index).find((stage) => stage.name === name.toLowerCase())
  if (below === undefined && !/^\d+$/.test(name) && isImage(from, above)) return []
  return [
    {
      at: step.at,
      message: messageOf(name, step, below),
      hint: hintOf(name, above),
      evidence: { name },
      fixes: below === undefined ? corrected(step, name, above) : [],
    },
  ]
}

/** The catalogue has it, and it is no slip of a stage's name. */
function isImage({ base }: Extract<TransferSource, { readonly kind: 'image' }>, above: readonly StageModel[]): boolean {
  if (base.known) return true
  return commonTools.has(base.written) && nearest(base.written, namesOf(above)).length === 0
}

/** Official images of which only a file is wanted. */
const commonTools = new Set('composer docker busybox hello-world registry tianon bash caddy traefik'.split(' '))

function messageOf(name: string, step: StepModel, below: StageModel | undefined): string {
  if (below === step.stage) return `"${name}" is the stage that this line stands in: a stage cannot copy from itself`
  if (below !== undefined) return `the stage "${name}" begins further down: only stages above can be copied from`
  if (/^\d+$/.test(name))
    return step.kind === 'RUN'
      ? `mounts know stages by name only, not by number: from=${name}`
      : `there is no stage ${name} above this line`
  return `"${name}" is no stage above this line, so an image docker.io/library/${name} is asked for`
}

/** The one stage whose name is close; a guess, which only a build can confirm. */
function corrected({ transfer }: StepModel, name: string, above: readonly StageModel[]): readonly Fix[] {
  const close = nearest(name.toLowerCase(), namesOf(above))
  const [only] = close
  if (only === undefined || close.length > 1 || transfer?.fromWord === undefined) return []
  return [{ title: `copy from ${only}`, edits: replaceWord(transfer.fromWord, only), claims: [], safety: 'proof' }]
}

function hintOf(name: string, above: readonly StageModel[]): string {
  const names = namesOf(above)
  const meant = didYouMean(name.toLowerCase(), names)
  if (meant !== undefined) return meant
  if (names.length > 0) return `the stages above are ${names.join(', ')}; an image is written with its tag`
  return 'name a stage above with FROM … AS, or write the image with its tag; a named context needs --build-context'
}

function namesOf(stages: readonly StageModel[]): readonly string[] {
  return stages.flatMap(({ name }) => name ?? [])
}
