import type { Edit, Fix } from '../../core/index.ts'
import { deleteInstruction, insertAfter, insertBefore } from '../../editing/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { variablesOf } from '../queries/variable-uses.ts'

/**
 * The ARG moves down to the first step that needs it, with the LABEL and ENV in between that say its value. Empty when a step
 * above the installation needs one of them.
 */
export function moveArgumentFix(
  { file }: Facts,
  stage: StageModel,
  { names, install }: { readonly names: readonly string[]; readonly install: StepModel },
): readonly Fix[] {
  const moved = new Set<string>(names)
  const going: StepModel[] = []
  let target: StepModel | undefined
  for (const step of stage.steps) {
    const declares = step.kind === 'ARG' && step.pairs.some(({ name }) => moved.has(name))
    const uses = variablesOf(step).some(({ name }) => moved.has(name))
    if (!declares && !uses) continue
    if (step.trigger) return []
    if (declares && step.pairs.some(({ name }) => !moved.has(name))) return []
    if (!declares && step.kind !== 'LABEL' && step.kind !== 'ENV') {
      target = step
      break
    }
    if (step.index > install.index && !declares) {
      target = step
      break
    }
    if (step.kind === 'ENV') for (const { name } of step.pairs) moved.add(name)
    going.push(step)
  }
  if (target !== undefined && target.index <= install.index) return []
  const last = stage.steps.findLast(({ kind }) => /^(?:RUN|COPY|ADD)$/.test(kind))
  const early = going.filter(({ index }) => index < install.index)
  if (early.length === 0 || last === undefined) return []
  const gone = early.map(({ instruction }) => ({ instruction, edits: deleteInstruction(file, instruction) }))
  const texts = gone.flatMap(({ instruction, edits }) =>
    file.source.text
      .slice(edits[0]?.span.start ?? instruction.span.start, instruction.span.end)
      .trim()
      .split(/\r?\n/),
  )
  const placed =
    target === undefined ? insertAfter(file, last.instruction, texts) : insertBefore(file, target.instruction, texts)
  const edits: readonly Edit[] = [...gone.flatMap((one) => one.edits), ...placed]
  return [
    {
      title: `move ARG ${names.join(' ')} below the installation`,
      edits,
      claims: ['same-files'],
      safety: 'proof',
    },
  ]
}
