import { positionAt } from '../../core/index.ts'
import { flagsNamed, parseMount, type Word } from '../../dockerfile/index.ts'
import type { Step } from '../../graph/index.ts'
import type { MountModel, StageModel, StageState, StepModel } from '../facts.ts'
import { absolutePath } from './paths.ts'
import { readCommand } from './read-command.ts'
import { readTransfer, sourceOf, type Surroundings } from './read-transfer.ts'
import { fillText, fillWord } from './texts.ts'

/** A step of a stage with all that can be said about it. */
export function readStep(
  step: Step,
  { stage, index }: { readonly stage: StageModel; readonly index: number },
  around: Surroundings & { readonly state: StageState },
): StepModel {
  const { instruction, trigger } = step
  const { state } = around
  const at = trigger ? stage.at : step.at
  const command = 'command' in instruction ? readCommand(instruction, state) : undefined
  return {
    stage,
    index,
    kind: instruction.kind,
    instruction,
    at,
    line: positionAt(at.source, at.span.start).line,
    trigger,
    before: state,
    ...(command === undefined ? {} : { command }),
    mounts: instruction.kind === 'RUN' ? readMounts(step, around) : [],
    ...('sources' in instruction ? { transfer: readTransfer(instruction, step, around) } : {}),
    pairs: 'pairs' in instruction ? instruction.pairs.map((pair) => readPair(pair, around)) : [],
    ...textOf(step, around),
  }
}

function readPair(
  { key, value }: { readonly key: Word; readonly value?: Word },
  { state, escape }: Surroundings & { readonly state: StageState },
): StepModel['pairs'][number] {
  const name = fillWord(key, state.variables, escape).value
  if (value === undefined) return { name, word: key }
  const { value: filled, isWhole } = fillWord(value, state.variables, escape)
  return { name, word: key, valueWord: value, written: value.text, ...(isWhole ? { value: filled } : {}) }
}

function textOf(
  { instruction }: Step,
  { state, escape }: Surroundings & { readonly state: StageState },
): Pick<StepModel, 'text'> {
  if (!('word' in instruction)) return {}
  const text = fillWord(instruction.word, state.variables, escape)
  return { text: instruction.kind === 'WORKDIR' ? { ...text, value: absolutePath(text.value, state.cwd) } : text }
}

/** Mounts that cannot be read are left out: the file is then wrong for other reasons. */
function readMounts(
  { instruction, uses, at }: Step,
  { state, escape, stages }: Surroundings & { readonly state: StageState },
): readonly MountModel[] {
  return flagsNamed(instruction, 'mount').flatMap((flag, index): readonly MountModel[] => {
    const result = parseMount(flag.content ?? '', (text) => ({ value: fillText(text, state.variables, escape).value }))
    if (!('mount' in result)) return []
    const { mount } = result
    const target = mount.target ?? (mount.type === 'secret' ? `/run/secrets/${mount.id ?? mount.source ?? ''}` : '')
    return [
      {
        mount,
        at: { source: at.source, span: flag.span },
        target: target === '' ? '' : absolutePath(target, state.cwd),
        ...(mount.type === 'bind' || mount.from !== undefined
          ? { source: sourceOf(uses[index], mount.from, stages) }
          : {}),
      },
    ]
  })
}
