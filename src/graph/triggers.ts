import type { Diagnostic, Location, RelatedNote } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import type { Draft, DraftStage } from './draft.ts'
import { errorDiagnostic } from './notices.ts'
import { type RawStep, resolveStep } from './resolve-uses.ts'
import type { ImageAnswer } from './stage-graph.ts'

/**
 * Adds the ONBUILD triggers of the base to a stage, ahead of its own steps: those of an image once its configuration is
 * known, those of a stage of this file at once. Triggers are not inherited further. True when something was added.
 */
export function addTriggers(draft: Draft, stage: DraftStage, answers: ReadonlyMap<string, ImageAnswer>): boolean {
  if (stage.triggers !== undefined) return false
  const raw = triggersOf(draft, stage, answers)
  if (raw === undefined) return false
  stage.triggers = raw.map((step) => resolveStep(draft, stage.index, step))
  return raw.length > 0
}

/** Undefined while the image is not known. */
function triggersOf(
  draft: Draft,
  stage: DraftStage,
  answers: ReadonlyMap<string, ImageAnswer>,
): readonly RawStep[] | undefined {
  const { base } = stage
  if (stage.overridden) return []
  if (base.kind === 'stage') return stageTriggers(draft, draft.stages[base.stage], stage.at)
  if (base.kind !== 'image') return []
  const answer = answers.get(base.key)
  if (answer === undefined) return undefined
  return (answer.config.config.OnBuild ?? []).flatMap((trigger) => imageTrigger(draft, stage, trigger))
}

function stageTriggers(draft: Draft, base: DraftStage | undefined, fromLine: Location): readonly RawStep[] {
  if (base === undefined || base.overridden) return []
  return base.own.flatMap(({ instruction, at }) => {
    if (instruction.kind !== 'ONBUILD') return []
    const problem = triggerProblem(instruction.trigger)
    if (problem !== undefined) {
      const message = `ONBUILD trigger: ${problem.message}`
      const parts = { message, at, related: fromNote(fromLine), hint: problem.hint }
      draft.diagnostics.push(errorDiagnostic('dockerfile-syntax', parts))
      return []
    }
    return [{ instruction: instruction.inner, at, trigger: true, related: fromNote(fromLine) }]
  })
}

/** Triggers of images are text: each is parsed on its own, with the default escape character. */
function imageTrigger(draft: Draft, stage: DraftStage, trigger: string): readonly RawStep[] {
  const source = { path: `ONBUILD of ${stage.baseText}`, text: trigger }
  const parsed = parseDockerfile(source)
  const [instruction, ...others] = parsed.instructions
  const problem = others.length > 0 ? { message: 'it is more than one instruction' } : triggerProblem(trigger)
  if (instruction === undefined || problem !== undefined) {
    const message = `ONBUILD trigger of ${stage.baseText}: ${problem?.message ?? 'it is empty'}`
    const where = 'the trigger is part of that image: it has to be mended there, or another image taken'
    const hint = problem?.hint === undefined ? where : `${problem.hint}\n${where}`
    const at = { source, span: { start: 0, end: trigger.length } }
    draft.diagnostics.push(errorDiagnostic('dockerfile-syntax', { message, at, related: fromNote(stage.at), hint }))
    return []
  }
  return [{ instruction, at: { source, span: instruction.span }, trigger: true, related: fromNote(stage.at) }]
}

/** Syntax errors, without the one that a file of a single instruction has no stage. */
function triggerProblem(trigger: string): Pick<Diagnostic, 'message' | 'hint'> | undefined {
  const text = `FROM scratch\n${trigger}`
  return parseDockerfile({ path: 'ONBUILD', text }).diagnostics.find(({ severity }) => severity === 'error')
}

function fromNote(at: Location): readonly RelatedNote[] {
  return [{ note: 'triggered by this FROM', at }]
}
