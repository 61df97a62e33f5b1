import { posix } from 'node:path'
import { compareText, mapOf, refuse, toList, toText, type Value } from '../value.ts'
import { formatList, formatText } from './format.ts'
import { type Builtin, some, taking } from './signature.ts'

/** Functions of text. */
export const textFunctions: Readonly<Record<string, Builtin>> = {
  basename: taking([1, 1], (given) => baseOf(given.text())),
  dirname: taking([1, 1], (given) => posix.dirname(posix.normalize(given.text()))),
  chomp: taking([1, 1], (given) => given.text().replace(/(?:\r?\n)+$/, '')),
  format: taking([1, some], (given) => formatText(given.text(), given.rest())),
  formatlist: taking([1, some], (given) => formatList(given.text(), given.rest())),
  indent: taking([2, 2], (given) => {
    const spaces = ' '.repeat(Math.min(given.integer(), 10_000))
    return given.text().replaceAll('\n', `\n${spaces}`)
  }),
  join: taking([2, some], (given) => {
    const separator = given.text()
    return given.rest().flatMap(toList).map(toText).join(separator)
  }),
  lower: taking([1, 1], (given) => given.text().toLowerCase()),
  upper: taking([1, 1], (given) => given.text().toUpperCase()),
  title: taking([1, 1], (given) =>
    given
      .text()
      .replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
  ),
  regex: taking([2, 2], (given) => firstMatch(expressionOf(given.text()), given.text())),
  regexall: taking([2, 2], (given) => {
    const expression = expressionOf(given.text())
    return [...given.text().matchAll(expression)].map(captured)
  }),
  regex_replace: taking([3, 3], (given) => {
    const text = given.text()
    return text.replace(expressionOf(given.text()), replacement(given.text()))
  }),
  replace: taking([3, 3], (given) => given.text().split(given.text()).join(given.text())),
  reverse: taking([1, 1], (given) => characters(given.text()).reverse().join('')),
  sanitize: taking([1, 1], (given) => given.text().replace(/[^\w-]/gu, '_')),
  sort: taking([1, 1], (given) => [...given.texts()].sort(compareText)),
  split: taking([2, 2], (given) => splitText(given.text(), given.text())),
  strlen: taking([1, 1], (given) => characters(given.text()).length),
  substr: taking([3, 3], (given) => partOf(characters(given.text()), given.integer(), given.integer())),
  trim: taking([2, 2], (given) => trimmed(given.text(), given.text())),
  trimprefix: taking([2, 2], (given) => withoutPrefix(given.text(), given.text())),
  trimspace: taking([1, 1], (given) => given.text().trim()),
  trimsuffix: taking([2, 2], (given) => withoutSuffix(given.text(), given.text())),
}

function baseOf(path: string): string {
  if (path === '') return '.'
  return posix.basename(path) === '' ? '/' : posix.basename(path)
}

/** What people take for one character. */
function characters(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
}

/** A negative offset counts from the end, a negative length means the rest. */
function partOf(letters: readonly string[], offset: number, length: number): string {
  const start = offset < 0 ? Math.max(0, letters.length + offset) : offset
  return letters.slice(start, length < 0 ? undefined : start + length).join('')
}

function splitText(separator: string, text: string): readonly string[] {
  return separator === '' ? Array.from(text) : text.split(separator)
}

function trimmed(text: string, cut: string): string {
  const letters = Array.from(text)
  const isCut = (letter: string | undefined): boolean => letter !== undefined && cut.includes(letter)
  while (isCut(letters[0])) letters.shift()
  while (isCut(letters.at(-1))) letters.pop()
  return letters.join('')
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

function withoutSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
}

/** Expressions of Go are nearly those of JavaScript; what only one of them knows is refused. */
function expressionOf(pattern: string): RegExp {
  if (pattern.length > 1000) throw refuse('the expression is longer than 1000 characters')
  const flags = /^\(\?([ims]+)\)/.exec(pattern)
  const rest = pattern.slice(flags?.[0].length ?? 0).replaceAll('(?P<', '(?<')
  if (/\(\?<?[=!]|\\[1-9k]/.test(rest)) throw refuse('expressions here know neither look-around nor back references')
  // One quantifier in another can take longer than anybody waits.
  if (/[*+}]\)[*+{]/.test(rest)) throw refuse('a repetition of a repetition is not offered in expressions')
  try {
    return new RegExp(rest, `g${flags?.[1] ?? ''}u`)
  } catch {
    throw refuse(`${JSON.stringify(pattern)} is no regular expression that is known here`)
  }
}

function firstMatch(expression: RegExp, text: string): Value {
  const [first] = text.matchAll(expression)
  if (first === undefined) throw refuse('nothing in the text matches')
  return captured(first)
}

/** All of it, or what its groups hold. */
function captured(match: RegExpMatchArray): Value {
  if (match.groups !== undefined)
    return mapOf(Object.entries(match.groups).map(([name, text]) => [name, text ?? null] as const))
  return match.length === 1 ? match[0] : match.slice(1).map((text) => text ?? null)
}

/** Go writes `${1}` and `$1`, a name of letters, digits and `_`; `$$` is a dollar. */
function replacement(text: string): (...found: unknown[]) => string {
  return (...found) => {
    const last = found.at(-1)
    const groups = typeof last === 'object' && last !== null ? (last as Record<string, string | undefined>) : {}
    return text.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
      const name = braced ?? bare
      if (name === undefined) return '$'
      const value = /^\d+$/.test(name) ? found[Number(name)] : groups[name]
      return typeof value === 'string' ? value : ''
    })
  }
}
