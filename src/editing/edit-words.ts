import type { Edit, Span } from '../core/index.ts'
import type { Dockerfile, Flag, Instruction } from '../dockerfile/index.ts'
import { lineEnd, lineStart, nextLine } from './layout.ts'

/** Anything with a place: words of an instruction, of a shell command, flags. */
export interface Placed {
  readonly span: Span
}

/** Writes a word anew. */
export function replaceWord({ span }: Placed, text: string): readonly Edit[] {
  return [{ span, text }]
}

/** Puts a word behind another one, with a blank between them. */
export function insertWordAfter({ span }: Placed, text: string): readonly Edit[] {
  return [{ span: { start: span.end, end: span.end }, text: ` ${text}` }]
}

/** Takes a word away with the blanks before it; a line that held nothing else goes with it. */
export function removeWord(file: Dockerfile, { span }: Placed): readonly Edit[] {
  const { text } = file.source
  const [start, end] = [lineStart(text, span.start), lineEnd(text, span.end)]
  const before = text.slice(start, span.start)
  const behind = text.slice(span.end, end).trim()
  const alone = before.trim() === '' && behind === file.escape
  if (alone) return [{ span: { start, end: nextLine(text, end) }, text: '' }]
  const blanks = /[ \t]*$/.exec(before)?.[0].length ?? 0
  if (before.trim() !== '') return [{ span: { start: span.start - blanks, end: span.end }, text: '' }]
  if (behind === '' && start > 0) {
    const above = text.slice(lineStart(text, start - 1), start).trimEnd()
    // The last word of a continued instruction: the line above must not go on.
    if (above.endsWith(file.escape) && !above.trimStart().startsWith('#')) {
      const kept = above.slice(0, -1).trimEnd().length
      return [{ span: { start: lineStart(text, start - 1) + kept, end: span.end }, text: '' }]
    }
  }
  const gap = /^[ \t]*/.exec(text.slice(span.end, end))?.[0].length ?? 0
  return [{ span: { start: span.start, end: span.end + gap }, text: '' }]
}

/**
 * Puts a flag behind the keyword and the flags that are there. Flags that stand on lines of their own stay so.
 */
export function insertFlag(file: Dockerfile, instruction: Instruction, flag: string): readonly Edit[] {
  const last = instruction.flags.at(-1)
  const before: Placed = instruction.flags.at(-2) ?? instruction.keyword
  if (last === undefined) return insertWordAfter(instruction.keyword, flag)
  const gap = file.source.text.slice(before.span.end, last.span.start)
  const apart = gap.includes('\n') && instruction.flags.length > 1 && gap.trim() === file.escape
  return apart
    ? [{ span: { start: last.span.end, end: last.span.end }, text: gap + flag }]
    : insertWordAfter(last, flag)
}

/** Takes a flag away. */
export function removeFlag(file: Dockerfile, flag: Flag): readonly Edit[] {
  return removeWord(file, flag)
}

/** Takes away the line of an offset, whatever is on it, with its line break. */
export function removeLine(text: string, offset: number): readonly Edit[] {
  return [{ span: { start: lineStart(text, offset), end: nextLine(text, offset) }, text: '' }]
}
