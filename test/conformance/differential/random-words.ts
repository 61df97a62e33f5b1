import fc from 'fast-check'
import type { Dialect } from './dialect.ts'

/** Stands for the escape character of the file, which is chosen last. */
export const escapeMark = '\u0001'

export type Text = fc.Arbitrary<string>

/** Any of these with so much weight each; shrinks to the first. */
export function weighted<T>(
  ...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]
): fc.Arbitrary<T> {
  const branches = choices.map(([weight, arbitrary]) => ({ weight, arbitrary }))
  return fc.oneof({ withCrossShrink: true }, ...branches)
}

/** Mostly the first kind; once in two hundred times the second, which tends to fail: one failure hides all the rest of a build. */
export function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return weighted([199, usual], [1, odd])
}

/** Any of the words between the blanks of `list`, and of `more`. */
export function anyOf(list: string, ...more: readonly string[]): Text {
  return fc.constantFrom(...list.split(' '), ...more)
}

/** A JSON array of these words; its strings have escapes of their own. */
export function jsonList(words: readonly string[]): string {
  return JSON.stringify(words.map((word) => word.replaceAll(escapeMark, '\\')))
}

/** Names of variables that random instructions set and use; few, so that they meet. */
export const variableName = anyOf('A B ab C_1 PATH UNSET TARGETARCH')

const plain = anyOf('a b / . c.txt a/b aab é 0 ~ : - % # x=y * ? [a]', '')
const escaped = anyOf(`$A \${A} a n " ' / * ${escapeMark}`, ' ', '').map((text) => escapeMark + text)
const quotable = anyOf(
  `a # ${escapeMark}n ${escapeMark}" ${escapeMark}$A ${escapeMark}${escapeMark}`,
  ' ',
  'a  b',
  '\t',
)
const broken = anyOf(
  `$ \${A \${ \${} \${A:} \${A!x} ' " \${A:x} $1 \${1} $@ $$ $? \${A:1} ${escapeMark} \${A- } { $(a) \``,
)

/** A word of ENV, LABEL, ARG and all the others in which variables are expanded: quotes, escapes, expansions, nested. */
export function randomWord(dialect: Dialect): Text {
  const { word } = fc.letrec<{ word: string; piece: string }>((tie) => ({
    word: fc.array(tie('piece'), { minLength: 1, maxLength: 3, size: 'max' }).map((pieces) => pieces.join('')),
    piece: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 6, arbitrary: plain },
      { weight: 3, arbitrary: variableName.map((name) => `$${name}`) },
      { weight: 3, arbitrary: variableName.map((name) => `\${${name}}`) },
      { weight: 4, arbitrary: defaultForm(dialect, tie('word')) },
      { weight: dialect.current ? 4 : 0, arbitrary: patternForm(tie('word')) },
      { weight: 2, arbitrary: weighted([4, quotable], [1, tie('word')]).map((text) => `"${text}"`) },
      { weight: 1, arbitrary: weighted([4, quotable], [1, tie('word')]).map((text) => `'${text}'`) },
      { weight: 2, arbitrary: escaped },
    ),
  }))
  return mostly(
    word,
    fc.tuple(word, broken, plain).map((parts) => parts.join('')),
  )
}

/** `${name:-word}` and the like. */
function defaultForm(dialect: Dialect, word: Text): Text {
  const operator = dialect.current
    ? weighted([12, anyOf(':- :+')], [6, anyOf('- +')], [1, anyOf(':? ?')])
    : anyOf(':- :+')
  return fc.tuple(variableName, operator, word).map(([name, sign, text]) => `\${${name}${sign}${text}}`)
}

/** `${name#pattern}`, `${name/pattern/text}` and the like. */
function patternForm(word: Text): Text {
  const pattern = weighted([5, anyOf(`a * *a a* ? */ /* *. .* aa ** a? $B "*" ${escapeMark}* [ab]`, '')], [1, word])
  const cut = fc
    .tuple(variableName, anyOf('# ## % %%'), pattern)
    .map(([name, sign, text]) => `\${${name}${sign}${text}}`)
  const replace = fc
    .tuple(variableName, anyOf('/ //'), pattern, weighted([4, anyOf('x $B')], [1, word]))
    .map(([name, sign, from, to]) => `\${${name}${sign}${from}/${to}}`)
  return weighted([2, cut], [1, replace])
}
