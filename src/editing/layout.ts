import type { Span } from '../core/index.ts'
import type { Dockerfile, Instruction } from '../dockerfile/index.ts'

/** The line break in use around an offset: that of its line, else that of the line above, else a line feed. */
export function lineBreakAt(text: string, offset: number): '\n' | '\r\n' {
  const next = text.indexOf('\n', offset)
  const at = next < 0 ? text.lastIndexOf('\n', offset) : next
  return at > 0 && text.charAt(at - 1) === '\r' ? '\r\n' : '\n'
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** Where the text of the line of an offset ends: before its line break, carriage return included. */
export function lineEnd(text: string, offset: number): number {
  const next = text.indexOf('\n', offset)
  let end = next < 0 ? text.length : next
  while (end > offset && text.charAt(end - 1) === '\r') end -= 1
  return end
}

/** Where the line after that of an offset begins. */
export function nextLine(text: string, offset: number): number {
  const next = text.indexOf('\n', offset)
  return next < 0 ? text.length : next + 1
}

/** The blanks at the start of the line of an offset. */
export function indentationAt(text: string, offset: number): string {
  const start = lineStart(text, offset)
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? ''
}

/** Whether the instruction's keyword, or most keywords of the file, are in lower case. */
export function writesLowerCase(file: Dockerfile, near?: Instruction): boolean {
  const counted = near === undefined ? file.instructions : [near]
  const lower = counted.filter(({ keyword }) => keyword.text === keyword.text.toLowerCase()).length
  return lower * 2 > counted.length
}

/** An instruction's lines: from the start of its first to the end of its last, with what dangles behind it. */
export function linesOf({ source: { text } }: Dockerfile, { span }: Pick<Instruction, 'span'>): Span {
  return { start: lineStart(text, span.start), end: lineEnd(text, span.end) }
}

/** The start of the comment lines right above an instruction; of the instruction's own line without any. */
export function startWithComments(file: Dockerfile, instruction: Instruction): number {
  const { text } = file.source
  let start = lineStart(text, instruction.span.start)
  for (const comment of instruction.comments.toReversed()) {
    if (nextLine(text, comment.span.end) !== start) break
    start = lineStart(text, comment.span.start)
  }
  return start
}
