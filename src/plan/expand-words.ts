import { expandWord, type Word } from '../dockerfile/index.ts'
import { environmentOf, reportError, type StepContext } from './stage-state.ts'

/** The text with variables put in, as they were before the instruction; undefined after a reported error. */
export function expandText(context: StepContext, text: string, word?: Word): string | undefined {
  const expanded = expandWord(text, environmentOf(context.state), context.planning.graph.escape)
  if (!('error' in expanded)) return expanded.value
  const at = word === undefined ? {} : { at: { source: context.step.at.source, span: word.span } }
  reportError(context, 'bad-variable', {
    message: expanded.error,
    hint: quotedPathHint(context, expanded.error) ?? expanded.hint,
    ...at,
  })
  return undefined
}

/** A word of an instruction, JSON strings decoded, expanded. */
export function expandWordOf(context: StepContext, word: Word): string | undefined {
  return expandText(context, word.decoded ?? word.text, word)
}

/** All words or, after a reported error, undefined. */
export function expandAll(context: StepContext, words: readonly Word[]): readonly string[] | undefined {
  const values = words.map((word) => expandWordOf(context, word))
  return values.every((value) => value !== undefined) ? values : undefined
}

/** Quotes that do not close in a path are most often meant to hold a blank. */
function quotedPathHint({ step: { instruction } }: StepContext, error: string): string | undefined {
  if (!('json' in instruction) || instruction.json || !error.endsWith('-quote')) return undefined
  const { kind } = instruction
  const example = kind === 'VOLUME' ? '["/my data"]' : '["my file", "/destination/"]'
  return `${kind} is parted at blanks even inside quotes; paths with blanks need the JSON form: ${kind} ${example}`
}
