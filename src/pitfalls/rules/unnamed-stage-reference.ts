import type { Edit, Fix } from '../../core/index.ts'
import { insertWordAfter, replaceWord } from '../../editing/index.ts'
import type { StageModel, StepModel, TransferSource } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** COPY --from=0: a number that another stage in between makes wrong. */
export const unnamedStageReference: Pitfall = {
  id: 'unnamed-stage-reference',
  summary: 'Stages are referred to by name, since a number points to another stage as soon as one is added.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: ({ stages }) => stages.flatMap(({ steps }) => steps.flatMap(numbersIn)),
}

function numbersIn(step: StepModel): readonly PitfallHit[] {
  const { transfer } = step
  return transfer?.fromWord === undefined ? [] : hitsOf(step, transfer.fromWord.text, transfer.from)
}

function hitsOf(step: StepModel, written: string, from: TransferSource): readonly PitfallHit[] {
  const number = written.replaceAll(/["']/g, '')
  if (!/^\d+$/.test(number) || from.kind !== 'stage') return []
  const { stage } = from
  const name =
    stage.name ??
    suggestedName(
      stage.index,
      stage.steps.some(({ kind }) => kind === 'RUN'),
    )
  return [
    {
      at: step.at,
      message: `from=${number} means ${stage.name === undefined ? 'the stage without a name' : `the stage "${stage.name}"`} that begins with FROM ${stage.base.written}; a stage put before it changes that`,
      hint:
        stage.name === undefined
          ? `name the stage (FROM ${stage.stage.baseText} AS ${name}) and write from=${name}`
          : `write from=${name}`,
      related: [{ note: `stage ${number} begins here`, at: stage.at }],
      evidence: { number: Number(number) },
      fixes: renamed(step, stage, name),
    },
  ]
}

/** The name in place of the number; a stage without one gets it. */
function renamed({ transfer }: StepModel, { from, name: known }: StageModel, name: string): readonly Fix[] {
  const word = transfer?.fromWord
  if (word === undefined || from.kind !== 'FROM') return []
  const named: readonly Edit[] = known === undefined ? insertWordAfter(from.image, `AS ${name}`) : []
  return [
    {
      title: `refer to the stage as ${name}`,
      edits: [...named, ...replaceWord(word, name)],
      claims: ['same-files', 'same-config'],
      safety: 'safe',
    },
  ]
}

function suggestedName(index: number, runs: boolean): string {
  return runs ? (index === 0 ? 'build' : `build-${index}`) : `files-${index}`
}
