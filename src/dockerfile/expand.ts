import { lex, type Reference } from './lexer.ts'

/** The value of a variable; undefined when it is unset, which is not the same as empty. */
export type Environment = (name: string) => string | undefined
/** The character of the `escape` directive. */
export type EscapeCharacter = '\\' | '`'

/** Why a text cannot be expanded, and what to write instead. */
export type ExpansionFault = { readonly error: string; readonly hint: string }
/** The expanded text, or why it cannot be expanded. */
export type Expanded = { readonly value: string } | ExpansionFault
/** The expanded words, or why they cannot be expanded; `lost` as in `expandWords`. */
export type ExpandedWords = { readonly values: readonly string[]; readonly lost: boolean } | ExpansionFault

/** The word with variables put in and quotes and escapes taken out. Unset variables are empty. */
export function expandWord(text: string, env: Environment, escape: EscapeCharacter): Expanded {
  const result = lex(text, { env, escape })
  return 'error' in result ? explain(text, result) : { value: result.value }
}

/**
 * As `expandWord`, but blanks part words: blanks in the value of an unquoted variable too. EXPOSE reads its ports so.
 * `lost` when the words lack something: BuildKit reads `80${suffix:-90}` as `90`, and so does this.
 */
export function expandWords(text: string, env: Environment, escape: EscapeCharacter): ExpandedWords {
  const result = lex(text, { env, escape })
  if ('error' in result) return explain(text, result)
  return { values: result.words.map((word) => word.text), lost: result.lost }
}

/**
 * The body of a heredoc with variables put in. Quotes are ordinary characters, and the escape character is the
 * backslash whatever the file's `escape` directive says.
 */
export function expandHeredoc(content: string, env: Environment): Expanded {
  const result = lex(content, { env, escape: '\\', quotesAreText: true })
  return 'error' in result ? result : { value: result.value }
}

/** The word without its quotes and escapes, variables left as they are. Undefined when a quote is not closed. */
export function unquoteWord(text: string, escape: EscapeCharacter): string | undefined {
  const result = lex(text, { env: () => undefined, escape, keepUnset: true })
  return 'error' in result ? undefined : result.value
}

/** The variables that a text refers to, in order of place, nested ones included; offsets are those of the text. */
export function expansionsOf(text: string, escape: EscapeCharacter): readonly Reference[] {
  const references: Reference[] = []
  // A value for every name keeps the forms that fail on unset variables from ending the search.
  lex(text, { env: () => 'x', escape, onReference: (reference) => references.push(reference) })
  return references.sort((a, b) => a.start - b.start)
}

function explain(text: string, { error, hint }: ExpansionFault): ExpansionFault {
  return { error: `failed to process ${JSON.stringify(text)}: ${error}`, hint }
}
