import { type EscapeCharacter, expandWord } from '../dockerfile/index.ts'

/** A text with its variables put in, and which of them had a value. */
export interface NotedText {
  readonly value: string
  readonly error?: string
  readonly found: readonly string[]
  readonly missing: readonly string[]
}

/** Expands a text and takes down its variables: `${A:-x}` counts as missing when A has no value. */
export function expandNoting(
  text: string,
  variables: ReadonlyMap<string, string>,
  expand: (
    text: string,
    env: (name: string) => string | undefined,
  ) => { readonly value: string } | { readonly error: string },
): NotedText {
  const found = new Set<string>()
  const missing = new Set<string>()
  const result = expand(text, (name) => {
    const value = variables.get(name)
    if (value === undefined) missing.add(name)
    else found.add(name)
    return value
  })
  return {
    value: 'error' in result ? '' : result.value,
    ...('error' in result ? { error: result.error } : {}),
    found: [...found],
    missing: [...missing],
  }
}

/** `expandWord` for the escape character of a file. */
export function wordExpander(escape: EscapeCharacter) {
  return (text: string, env: (name: string) => string | undefined) => expandWord(text, env, escape)
}
