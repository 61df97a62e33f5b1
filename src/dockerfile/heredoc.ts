import type { Span } from '../core/index.ts'
import type { Heredoc, LogicalText } from './ast.ts'
import { lex } from './lexer.ts'
import { lineAt } from './lines.ts'
import { toSourceSpan } from './logical-text.ts'

/** The `<<WORD` of an instruction, before its body is read. */
export interface HeredocStart {
  readonly operator: Span
  readonly name: string
  readonly fd?: number
  readonly expand: boolean
  readonly chomp: boolean
}

const nothing = () => undefined

/**
 * The heredocs that an instruction opens. Only whole words count (`cat<<EOF` is none), the escape character is always
 * the backslash, and a line whose quotes do not close has none at all, as the shell would complain about it anyway.
 */
export function heredocStarts(line: LogicalText): readonly HeredocStart[] {
  if (!line.text.includes('<<')) return []
  const result = lex(line.text, { escape: '\\', env: nothing, keepQuotes: true, keepEscapes: true, keepUnset: true })
  if ('error' in result) return []
  return result.words.flatMap((word) => {
    const parts = heredocParts(word.text)
    return parts === undefined ? [] : [{ ...parts, operator: toSourceSpan(line, word) }]
  })
}

/** Whether a word is a heredoc operator. */
export function isHeredocWord(word: string): boolean {
  return heredocParts(word) !== undefined
}

/** Reads the body that begins at `start`. Without the line that ends it, the body goes to the end of the text. */
export function readHeredoc(
  text: string,
  start: number,
  heredoc: HeredocStart,
): { heredoc: Heredoc; next: number; terminated: boolean } {
  let at = start
  while (at < text.length) {
    const line = lineAt(text, at)
    const candidate = text.slice(at, line.end)
    if ((heredoc.chomp ? candidate.replace(/^\t+/, '') : candidate) === heredoc.name)
      return { heredoc: withBody(text, heredoc, [start, at, line.end]), next: line.next, terminated: true }
    at = line.next
  }
  const end = text.length
  return { heredoc: withBody(text, heredoc, [start, end, end]), next: end, terminated: false }
}

function withBody(text: string, heredoc: HeredocStart, [start, end, last]: [number, number, number]): Heredoc {
  const raw = text.slice(start, end)
  return {
    ...heredoc,
    span: { start, end: last },
    content: heredoc.chomp ? raw.replace(/(^|\n)\t+/g, '$1') : raw,
    body: { start, end },
  }
}

function heredocParts(word: string): Omit<HeredocStart, 'operator'> | undefined {
  const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word)
  if (match === null || match[3] === '') return undefined
  const bare = singleWord(match[3] as string, false)
  const quoted = singleWord(match[3] as string, true)
  if (bare === undefined || quoted === undefined) return undefined
  return {
    name: bare,
    ...(match[1] === '' ? {} : { fd: Number(match[1]) }),
    expand: countQuotes(bare) === countQuotes(quoted),
    chomp: match[2] === '-',
  }
}

function singleWord(text: string, keepQuotes: boolean): string | undefined {
  const result = lex(text, { escape: '\\', env: nothing, keepQuotes, keepUnset: true })
  if ('error' in result || result.words.length !== 1) return undefined
  return result.words[0]?.text
}

function countQuotes(text: string): number {
  return text.replace(/[^'"]/g, '').length
}
