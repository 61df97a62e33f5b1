import { posix } from 'node:path'
import type { Fix } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { appendFix } from './run-edits.ts'
import { runSteps } from '../queries/steps.ts'

/** What is lost in a cache mount is copied out of it in the last RUN that has the mount, and taken from there. */
export function copyOutFix(
  { file, stages }: Facts,
  copy: StepModel,
  { stage, path, target }: { readonly stage: StageModel; readonly path: string; readonly target: string },
): readonly Fix[] {
  const word = copy.transfer?.sources.find((source) => source.path === path)?.word
  const last = runSteps(stage.steps).findLast(({ mounts }) => mounts.some((mount) => mount.target === target))
  const from = withoutSlash(path)
  const name = posix.basename(from)
  const isPlain = /^\/[\w./@-]+$/.test(from) && name !== '' && word !== undefined && !/[$"'*?]/.test(word.text)
  // Another instruction takes something of the mount as well.
  const isAlone = stages.every(({ steps }) =>
    steps.every(
      (step) =>
        step === copy ||
        step.transfer?.from.kind !== 'stage' ||
        step.transfer.from.stage !== stage ||
        step.transfer.sources.every((source) => !isWithin(source.path, target)),
    ),
  )
  if (!isPlain || word === undefined || last === undefined || copy.trigger || !isAlone) return []
  const directory = file.source.text.includes('/out') ? '/kept' : '/out'
  return appendFix(file, last, {
    title: `copy ${from} out of the mount`,
    command: `mkdir -p ${directory} && cp -r ${from} ${directory}/`,
    claims: [],
    also: replaceWord(word, `${directory}/${name}`),
  }).map((fix) => ({ ...fix, safety: 'proof' }))
}
