import { LexFailure, lexFailures } from './lex-failure.ts'
import { replaceMatches, trimEnd, trimStart } from './shell-pattern.ts'
import { isSpace } from './spaces.ts'

/** How a text with quotes, escapes and variables is read. */
export interface LexRules {
  readonly escape: string
  readonly env: (name: string) => string | undefined
  /** Quote characters stay in the result. */
  readonly keepQuotes?: boolean
  /** Escape characters stay in the result. */
  readonly keepEscapes?: boolean
  /** Quote characters are ordinary characters, as in the body of a heredoc. */
  readonly quotesAreText?: boolean
  /** A reference to an unset variable stays as it is. */
  readonly keepUnset?: boolean
  /** Called for each reference; `${a:-$b}` calls for `b`, then for `a`. */
  readonly onReference?: (reference: Reference) => void
}

/** A variable reference in a text. */
export interface Reference {
  readonly name: string
  readonly start: number
  readonly end: number
  /** What follows the name in braces: `:-`, `#`, `//`, …; empty for `$name` and `${name}`. */
  readonly operator: string
}

export interface LexedWord {
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface LexedText {
  readonly value: string
  readonly words: readonly LexedWord[]
  /** The text began a word, then had a word in braces, which took the beginning's place in `words`. */
  readonly lost: boolean
}

/** The expanded text, or why it cannot be expanded and what to write instead. */
export type LexResult = LexedText | { readonly error: string; readonly hint: string }

/**
 * Expands a text. `value` is all of it; `words` are its parts between blanks, where blanks that come out of an unquoted
 * variable part words too, and quoted or escaped ones do not. A word that ends up empty is not in the list. As in
 * BuildKit, a word in braces discards what its own word began with: of `80${x:-90}` the words are `90`, the value `8090`.
 */
export function lex(text: string, rules: LexRules): LexResult {
  const state: State = { text, at: 0, rules, keepEscapes: rules.keepEscapes ?? false, word: '' }
  try {
    return readUntil(state, '')
  } catch (error) {
    if (error instanceof LexFailure) return { error: error.message, hint: error.hint }
    throw error
  }
}

interface State {
  readonly text: string
  at: number
  readonly rules: LexRules
  keepEscapes: boolean
  /** The word that is being read: one for the text and all words in its braces, see `lex`. */
  word: string
}

interface Words {
  readonly state: State
  readonly done: LexedWord[]
  start: number
  end: number
}

function readUntil(state: State, stop: string): LexedText {
  const words: Words = { state, done: [], start: 0, end: 0 }
  state.word = ''
  let value = ''
  let lost = false
  while (state.at < state.text.length) {
    const start = state.at
    const character = state.text.charAt(start)
    if (character === stop) {
      state.at += 1
      return { value, words: finish(words), lost }
    }
    const begun = state.word !== ''
    const { part, splits } = readPart(state, character)
    if (begun && state.word === '') lost = true
    value += part
    if (splits) addSplitting(words, part, { start, end: state.at })
    else addWhole(words, part, { start, end: state.at })
  }
  if (stop !== '') throw lexFailures.unclosed(stop, state.rules.escape)
  return { value, words: finish(words), lost }
}

function readPart(state: State, character: string): { part: string; splits: boolean } {
  if (character === '$') return { part: readVariable(state), splits: true }
  if (character === '<') return { part: readAngles(state), splits: false }
  if (!state.rules.quotesAreText) {
    if (character === "'") return { part: readSingleQuoted(state), splits: false }
    if (character === '"') return { part: readDoubleQuoted(state), splits: false }
  }
  if (character === state.rules.escape) {
    // An escape character at the end of the text stands for nothing.
    const escaped = state.text.charAt(state.at + 1)
    state.at = Math.min(state.at + 2, state.text.length)
    return { part: (state.keepEscapes ? character : '') + escaped, splits: false }
  }
  state.at += 1
  return { part: character, splits: true }
}

/** `<<` and the blanks behind it hang together, so that `<< EOF` is one word. */
function readAngles(state: State): string {
  return take(state, /<(?:<[\t\r ]*)?/y)
}

function readSingleQuoted(state: State): string {
  const end = state.text.indexOf("'", state.at + 1)
  if (end < 0) {
    state.at = state.text.length
    throw lexFailures.unclosed("'", state.rules.escape)
  }
  const keep = state.rules.keepQuotes ? 1 : 0
  const part = state.text.slice(state.at + 1 - keep, end + keep)
  state.at = end + 1
  return part
}

function readDoubleQuoted(state: State): string {
  const quote = state.rules.keepQuotes ? '"' : ''
  let part = quote
  state.at += 1
  while (state.at < state.text.length) {
    const character = state.text.charAt(state.at)
    if (character === '"') {
      state.at += 1
      return part + quote
    }
    if (character === '$') part += readVariable(state)
    else if (character === state.rules.escape) part += readEscapeInQuotes(state)
    else {
      part += character
      state.at += 1
    }
  }
  throw lexFailures.unclosed('"', state.rules.escape)
}

function readEscapeInQuotes(state: State): string {
  const { escape } = state.rules
  const next = state.text.charAt(state.at + 1)
  const escapes = next === '"' || next === '$' || next === escape
  state.at += escapes ? 2 : 1
  if (!escapes) return state.keepEscapes && next !== '' ? escape + escape : next === '' ? '' : escape
  return (state.keepEscapes ? escape : '') + next
}

function readVariable(state: State): string {
  const start = state.at
  state.at += 1
  if (state.text.charAt(state.at) === '{') return readBraces(state, start)
  const name = readName(state)
  if (name === '') return '$'
  return lookUp(state, { name, start, end: state.at, operator: '' }) ?? (state.rules.keepUnset ? `$${name}` : '')
}

function readBraces(state: State, start: number): string {
  state.at += 1
  const first = state.text.charAt(state.at)
  if (first === '') throw lexFailures.noBrace(state.rules.escape)
  if (first === '{' || first === '}' || first === ':') throw lexFailures.noName(state.rules.escape)
  const name = readName(state)
  const operator = readOperator(state)
  const reference = { name, start, operator }
  switch (operator) {
    case '}':
      return lookUp(state, { name, start, end: state.at, operator: '' }) ?? (state.rules.keepUnset ? `\${${name}}` : '')
    case '-':
    case ':-':
    case '+':
    case ':+':
    case '?':
    case ':?':
      return applyDefault(state, reference)
    case '#':
    case '%':
      return applyTrim(state, reference)
    case '/':
    case '//':
      return applyReplace(state, reference)
    case '':
    case ':':
      throw lexFailures.noBrace(state.rules.escape)
    default:
      if (isSpace(operator)) throw lexFailures.noBrace(state.rules.escape)
      throw lexFailures.unknownModifier(operator)
  }
}

function readOperator(state: State): string {
  return take(state, /:[^]?|\/\/|[^]/uy)
}

type OpenReference = Omit<Reference, 'end'>

function applyDefault(state: State, reference: OpenReference): string {
  const { name, operator } = reference
  const word = readArgument(state, '}', false)
  const value = lookUp(state, { ...reference, end: state.at })
  if (value === undefined && state.rules.keepUnset) return `\${${name}${operator}${word}}`
  const missing = value === undefined || (operator.length === 2 && value === '')
  if (operator.endsWith('-')) return missing ? word : (value ?? '')
  if (operator.endsWith('+')) return missing ? '' : word
  if (!missing) return value ?? ''
  throw lexFailures.missing(name, word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`)
}

function applyTrim(state: State, reference: OpenReference): string {
  const { name, operator } = reference
  const argument = readArgument(state, '}', true)
  // A second `#` or `%` means the longest match, also one that comes out of quotes or of a variable.
  const greedy = argument.startsWith(operator)
  const value = lookUp(state, { ...reference, operator: greedy ? operator + operator : operator, end: state.at })
  if (value === undefined && state.rules.keepUnset) return `\${${name}${operator}${argument}}`
  const trim = operator === '#' ? trimStart : trimEnd
  return unwrap(trim(value ?? '', greedy ? argument.slice(1) : argument, greedy))
}

function applyReplace(state: State, reference: OpenReference): string {
  const { name, operator } = reference
  const pattern = readArgument(state, '/', true)
  const replacement = readArgument(state, '}', true)
  const value = lookUp(state, { ...reference, end: state.at })
  if (value === undefined && state.rules.keepUnset) return `\${${name}${operator}${pattern}/${replacement}}`
  return unwrap(replaceMatches(value ?? '', pattern, { replacement, all: operator === '//' }))
}

/** The text up to `stop`, itself expanded. Patterns keep their escapes: they mean something to the pattern. */
function readArgument(state: State, stop: string, keepEscapes: boolean): string {
  const before = state.keepEscapes
  state.keepEscapes = keepEscapes
  try {
    return readUntil(state, stop).value
  } catch (error) {
    if (error instanceof LexFailure && state.at >= state.text.length)
      throw stop === '}' ? lexFailures.noBrace(state.rules.escape) : lexFailures.noReplacement()
    throw error
  } finally {
    state.keepEscapes = before
  }
}

function readName(state: State): string {
  return take(state, /\p{Nd}+|[@*#?\-$!]|[\p{L}\p{Nd}_]+/uy)
}

/** What the sticky expression matches here; empty when it does not match. */
function take(state: State, expression: RegExp): string {
  expression.lastIndex = state.at
  const match = expression.exec(state.text)?.[0] ?? ''
  state.at += match.length
  return match
}

function lookUp(state: State, reference: Reference): string | undefined {
  state.rules.onReference?.(reference)
  return state.rules.env(reference.name)
}

function unwrap(result: { readonly value: string } | { readonly error: string }): string {
  if ('error' in result) throw lexFailures.badPattern(result.error)
  return result.value
}

function addWhole(words: Words, part: string, range: { start: number; end: number }): void {
  if (words.state.word === '') words.start = range.start
  words.state.word += part
  words.end = range.end
}

function addSplitting(words: Words, part: string, range: { start: number; end: number }): void {
  for (const character of part) {
    if (isSpace(character)) finish(words)
    else addWhole(words, character, range)
  }
}

function finish(words: Words): LexedWord[] {
  const { state } = words
  if (state.word !== '') words.done.push({ text: state.word, start: words.start, end: words.end })
  state.word = ''
  return words.done
}
