import type { ShellWord } from '../command.ts'

/** How a program reads its options. */
export interface OptionStyle {
  /** Options that take a value, with their dashes: `-t`, `--target`. */
  readonly values?: ReadonlySet<string>
  /** `-name` is one option, as with find, java and go; letters are not taken apart. */
  readonly singleDash?: boolean
}

/** The words of a command, sorted. */
export interface Options {
  readonly has: (...names: readonly string[]) => boolean
  /** The last value given. */
  readonly value: (...names: readonly string[]) => string | undefined
  /** All values in order. */
  readonly values: (...names: readonly string[]) => readonly string[]
  /** Words that are neither options nor values of options. */
  readonly operands: readonly ShellWord[]
}

/** Takes the words of a command apart: `--a=b`, `--a b`, `-ab`, `-ob`, `-o b`, `--`. */
export function readOptions(
  words: readonly ShellWord[],
  { values = nothing, singleDash = false }: OptionStyle = {},
): Options {
  const found: (readonly [name: string, value: string | undefined])[] = []
  const operands: ShellWord[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = textOf(words[at] as ShellWord)
    if (word === '--') {
      operands.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') operands.push(words[at] as ShellWord)
    else if (word.startsWith('--') || singleDash) {
      const equals = word.indexOf('=')
      if (equals > 0) found.push([word.slice(0, equals), word.slice(equals + 1)])
      else if (values.has(word)) {
        at += 1
        found.push([word, words[at] === undefined ? undefined : textOf(words[at] as ShellWord)])
      } else found.push([word, undefined])
    } else at += readLetters(word, { values, next: words[at + 1], found })
  }
  return {
    has: (...names) => found.some(([name]) => names.includes(name)),
    value: (...names) => found.findLast(([name, value]) => names.includes(name) && value !== undefined)?.[1],
    values: (...names) =>
      found.flatMap(([name, value]) => (names.includes(name) && value !== undefined ? [value] : [])),
    operands,
  }
}

/** The value of a word, or the word as written when nobody knows it. */
export function textOf(word: ShellWord): string {
  return word.value ?? word.text
}

const nothing: ReadonlySet<string> = new Set()

interface Letters {
  readonly values: ReadonlySet<string>
  readonly next: ShellWord | undefined
  readonly found: (readonly [string, string | undefined])[]
}

/** Letters behind one dash; gives the number of further words that they use up. */
function readLetters(word: string, { values, next, found }: Letters): number {
  for (let at = 1; at < word.length; at += 1) {
    const name = `-${word[at]}`
    if (!values.has(name)) {
      found.push([name, undefined])
      continue
    }
    const rest = word.slice(at + 1)
    if (rest !== '') found.push([name, rest.startsWith('=') ? rest.slice(1) : rest])
    else found.push([name, next === undefined ? undefined : textOf(next)])
    return rest === '' ? 1 : 0
  }
  return 0
}
