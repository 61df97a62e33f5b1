import { type EscapeCharacter, expandWord, type Word, wordText } from '../../dockerfile/index.ts'

/** Variables by name. */
export type Variables = ReadonlyMap<string, string>

/** A text with the variables that are known put in, and whether that were all it names. */
export interface FilledText {
  /** Unknown variables stay as they are written (`${TAG}`): they may be anything, also nothing. */
  readonly value: string
  readonly isWhole: boolean
}

/** Puts variables into a word. A word that cannot be expanded stays as it is. */
export function fillWord(word: Word, variables: Variables, escape: EscapeCharacter): FilledText {
  return fillText(wordText(word), variables, escape)
}

/** Puts variables into a text. */
export function fillText(text: string, variables: Variables, escape: EscapeCharacter): FilledText {
  let isWhole = true
  const result = expandWord(
    text,
    (name) => {
      const value = variables.get(name)
      if (value !== undefined) return value
      isWhole = false
      return `\${${name}}`
    },
    escape,
  )
  return 'error' in result ? { value: text, isWhole: false } : { value: result.value, isWhole }
}
