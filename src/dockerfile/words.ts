import type { LogicalText, Word } from './ast.ts'
import { sliceText } from './logical-text.ts'
import { isSpace, leadingSpaces } from './spaces.ts'

/** What a path word stands for before variables are expanded: a JSON element is decoded, any other word is as written. */
export function wordText(word: Word): string {
  return word.decoded ?? word.text
}

/** The words between blanks. Quotes mean nothing: COPY, ADD, VOLUME, EXPOSE and FROM read their arguments so. */
export function blankWords(text: LogicalText): readonly Word[] {
  return [...text.text.matchAll(/[^\t\v\f\r ]+/g)].map((match) =>
    sliceText(text, match.index, match.index + match[0].length),
  )
}

/** The words between blanks, where quotes and escapes keep blanks inside a word: ENV, LABEL and ARG read them so. */
export function quotedWords(text: LogicalText, escape: string): readonly Word[] {
  const words: Word[] = []
  const { text: line } = text
  let at = 0
  while (at < line.length) {
    if (isSpace(line.charAt(at))) {
      at += 1
      continue
    }
    const { end, next } = quotedWordEnd(line, at, escape)
    if (end > at) words.push(sliceText(text, at, end))
    at = next
  }
  return words
}

/**
 * The elements of a JSON array of strings. `undefined`: not a JSON array, so it is shell form; `mixed`: a JSON array
 * with something else than strings, which is an error.
 */
export function jsonWords(text: LogicalText): readonly Word[] | 'mixed' | undefined {
  const { text: line } = text
  if (line.charAt(leadingSpaces(line)) !== '[') return undefined
  const values = parseArray(line)
  if (values === undefined) return undefined
  if (!values.every((value) => typeof value === 'string')) return 'mixed'
  const places = [...line.matchAll(/"(?:[^"\\]|\\.)*"/g)]
  return values.map((decoded, index) => {
    const place = places[index] as RegExpExecArray
    return { ...sliceText(text, place.index, place.index + place[0].length), decoded }
  })
}

function quotedWordEnd(line: string, start: number, escape: string): { end: number; next: number } {
  let quote = ''
  let at = start
  while (at < line.length) {
    const character = line.charAt(at)
    if (quote === '' && isSpace(character)) break
    if (character === escape && quote !== "'") {
      // An escape character with nothing behind it belongs to no word.
      if (at + 1 === line.length) return { end: at, next: line.length }
      at += 2
      continue
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
    at += 1
  }
  return { end: at, next: at }
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
