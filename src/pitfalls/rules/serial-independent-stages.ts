import { posix } from 'node:path'
import type { Fix } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { copiesFromStages, type FinalCopy } from '../queries/final-copies.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { runSteps } from '../queries/steps.ts'
import {
  areApart,
  contextInputs,
  installsSystemPackages,
  mentions,
  type Workload,
  workloadsOf,
} from '../queries/workloads.ts'

/** Work that could be done side by side stands one behind the other. */
export const serialIndependentStages: Pitfall = {
  id: 'serial-independent-stages',
  summary:
    'Work that shares no inputs has stages of its own: they are built at the same time, and a change of one leaves the other cached.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'speed'],
  peers: {},
  find: (facts) =>
    facts.stages
      .filter((stage) => stage !== facts.final || facts.stages.length === 1)
      .flatMap((stage) => [...continuing(stage), ...passingOn(stage, facts), ...withinOne(stage)]),
}

/** `FROM backend AS frontend`: nothing of the other stage is used. */
function continuing(stage: StageModel): readonly PitfallHit[] {
  const { parent } = stage
  if (parent === undefined) return []
  const [theirs, ours] = [workloadsOf(parent.steps), workloadsOf(stage.steps)]
  if (theirs.length === 0 || ours.length === 0) return []
  if (installsSystemPackages(parent) || !areApart(contextInputs(parent.steps), contextInputs(stage.steps))) return []
  const places = theirs.map(({ directory }) => directory)
  const shares = runSteps(stage.steps).some((step) => places.some((place) => mentions(step, place)))
  const below = ours.some(({ directory }) =>
    places.some((place) => isWithin(directory, place) || isWithin(place, directory)),
  )
  if (shares || below) return []
  return [
    {
      at: stage.at,
      message: `"${stage.label}" continues "${parent.label}" and uses nothing that it makes: ${tools(ours)} waits for ${tools(theirs)}, and is done again when that changes`,
      hint: `begin "${stage.label}" with FROM ${parent.base.written}`,
      related: [{ note: `"${parent.label}" begins here`, at: parent.at }],
      fixes: apart(stage, parent),
    },
  ]
}

/** FROM the image of the other stage; platform and name stay. */
function apart({ from }: StageModel, { from: other }: StageModel): readonly Fix[] {
  if (from.kind !== 'FROM' || other.kind !== 'FROM') return []
  return [
    {
      title: `begin with FROM ${other.image.text}`,
      edits: replaceWord(from.image, other.image.text),
      claims: ['same-files'],
      safety: 'proof',
    },
  ]
}

/** `COPY --from=api /out/api /usr/local/bin/api` in the web stage, only for the last stage to take it from there. */
function passingOn(stage: StageModel, facts: Facts): readonly PitfallHit[] {
  const work = workloadsOf(stage.steps)
  if (work.length === 0) return []
  return copiesFromStages(stage.steps).flatMap((copy) => {
    if (copy.stage === undefined || isUsed(copy, stage)) return []
    const place = placeOf(copy)
    if (!isPassedOn(copy, stage, facts))
      return isSign(place) && isLeft(copy, stage, facts) ? [waiting(copy, copy.stage, { stage, place })] : []
    return [
      {
        at: copy.step.at,
        message: `"${stage.label}" waits for "${copy.stage.label}" only to pass on ${place}: no command of it uses the file`,
        hint: `copy ${copy.path} from "${copy.stage.label}" where it is needed`,
        related: [{ note: `"${copy.stage.label}" begins here`, at: copy.stage.at }],
      },
    ]
  })
}

/** A file that says nothing but that something is done. */
function isSign(place: string): boolean {
  return (
    isWithin(place, '/tmp') ||
    /^[._]?(?:done|stamp|marker|ready|ok|finished|complete|sentinel)$/i.test(
      posix.basename(place).replace(/^.+\.(?=\w+$)/, ''),
    )
  )
}

/** No later command has to do with where it lies, and no stage goes on from here. */
function isLeft({ step: { index }, step }: FinalCopy, stage: StageModel, { stages }: Facts): boolean {
  if (stages.some(({ parent }) => parent === stage)) return false
  const directory = posix.dirname(withoutSlash(step.transfer?.destination ?? '/'))
  const places = directory === '/' ? [withoutSlash(step.transfer?.destination ?? '/')] : [directory]
  return !runSteps(stage.steps).some((later) => later.index > index && places.some((place) => mentions(later, place)))
}

function waiting(
  copy: FinalCopy,
  other: StageModel,
  { stage, place }: { readonly stage: StageModel; readonly place: string },
): PitfallHit {
  return {
    at: copy.step.at,
    message: `"${stage.label}" waits for "${other.label}" and uses nothing of it: no command reads ${place}`,
    hint: 'delete the COPY: what does not need each other is built at the same time',
    related: [{ note: `"${other.label}" begins here`, at: other.at }],
  }
}

function placeOf({ step, path }: FinalCopy): string {
  const { destination = '/', intoDirectory = false } = step.transfer ?? {}
  return intoDirectory ? posix.join(destination, posix.basename(path)) : destination
}

/** Stages behind it copy the path out of it again. */
function isPassedOn(copy: FinalCopy, stage: StageModel, facts: Facts): boolean {
  const places = [placeOf(copy), withoutSlash(copy.step.transfer?.destination ?? '/')]
  return facts.stages.some((other) =>
    copiesFromStages(other.steps).some(
      (later) => later.stage === stage && places.some((place) => later.path === place),
    ),
  )
}

function isUsed(copy: FinalCopy, stage: StageModel): boolean {
  const place = placeOf(copy)
  const name = posix.basename(place)
  const behind = runSteps(stage.steps).filter(({ index }) => index > copy.step.index)
  return behind.some((step) => {
    const { start, end } = step.instruction.span
    const words = step.at.source.text.slice(start, end).split(/[\s"'=;&|()<>]+/)
    if (words.some((word) => word === name || word.endsWith(`/${name}`) || isWithin(place, word))) return true
    // In the directory of the build it may be read by anything.
    return step.command.script.commands.some(({ cwd }) => cwd === undefined || isWithin(place, cwd))
  })
}

/** Two projects, one behind the other in one stage. */
function withinOne(stage: StageModel): readonly PitfallHit[] {
  const [first, ...others] = workloadsOf(stage.steps)
  if (first === undefined) return []
  const second = others.find((other) => areUnrelated(stage, first, other))
  if (second === undefined) return []
  const at = second.first === first.first ? second.steps[0] : second.first
  return [
    {
      at: at?.at ?? second.first.at,
      message: `from here on the stage "${stage.label}" works in ${second.directory} (${second.tool}), which has nothing to do with ${first.directory} (${first.tool}): one waits for the other`,
      hint: `give ${second.directory} a stage of its own, and copy from both`,
      related: [{ note: `${first.tool} works in ${first.directory}`, at: first.first.at }],
    },
  ]
}

function areUnrelated(stage: StageModel, first: Workload, second: Workload): boolean {
  const nested = isWithin(first.directory, second.directory) || isWithin(second.directory, first.directory)
  if (nested || second.steps.some((step) => mentions(step, first.directory))) return false
  // They come in one COPY: only two languages are surely two programs.
  if (first.first === second.first) return familyOf(first.tool) !== familyOf(second.tool)
  if (!first.installs || !second.installs || first.first.index > second.first.index) return false
  if (second.steps.some(({ index }) => index < second.first.index)) return false
  const [before, behind] = [stage.steps.slice(0, second.first.index), stage.steps.slice(second.first.index)]
  if (contextInputs([...before, second.first]).includes('')) return false
  const [theirs, ours] = [inputsOf(before, first.directory), inputsOf(behind, second.directory)]
  return theirs.length > 0 && ours.length > 0 && areApart(theirs, ours)
}

/** What comes from the context into a directory, or into a RUN. */
function inputsOf(steps: StageModel['steps'], directory: string): readonly string[] {
  return contextInputs(
    steps.filter(
      ({ transfer, mounts }) =>
        mounts.length > 0 || (transfer !== undefined && isWithin(transfer.destination, directory)),
    ),
  )
}

/** Tools of one language often work on one program in several directories. */
function familyOf(tool: string): string {
  if (/^(?:pip|uv|poetry|pipenv|pdm|python|conda)$/.test(tool)) return 'python'
  return /^(?:go|cargo|maven|gradle|dotnet|composer|bundler|mix)$/.test(tool) ? tool : 'javascript'
}

function tools(work: readonly { readonly tool: string }[]): string {
  return [...new Set(work.map(({ tool }) => tool))].join(' and ')
}
