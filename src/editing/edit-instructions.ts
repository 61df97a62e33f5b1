import type { Edit } from '../core/index.ts'
import type { Dockerfile, Instruction } from '../dockerfile/index.ts'
import {
  indentationAt,
  lineBreakAt,
  lineEnd,
  linesOf,
  lineStart,
  nextLine,
  startWithComments,
  writesLowerCase,
} from './layout.ts'

/**
 * Puts instructions on lines of their own before another one and the comments right above it. They are written with upper
 * case keywords, `\n` between lines and `\` at the end of continued ones; keyword case, line breaks and the escape
 * character become those of the file.
 */
export function insertBefore(file: Dockerfile, instruction: Instruction, texts: readonly string[]): readonly Edit[] {
  const at = startWithComments(file, instruction)
  const eol = lineBreakAt(file.source.text, instruction.span.start)
  const indent = indentationAt(file.source.text, instruction.span.start)
  const written = texts.map((text) => indent + inStyle(file, instruction, { text, eol }) + eol).join('')
  return [{ span: { start: at, end: at }, text: written }]
}

/** As `insertBefore`, on the lines behind an instruction. A file without a final line break stays one. */
export function insertAfter(file: Dockerfile, instruction: Instruction, texts: readonly string[]): readonly Edit[] {
  const { text } = file.source
  const { end } = linesOf(file, instruction)
  const eol = lineBreakAt(text, instruction.span.start)
  const indent = indentationAt(text, instruction.span.start)
  const written = texts.map((one) => eol + indent + inStyle(file, instruction, { text: one, eol })).join('')
  // At the end of the file an escape character may dangle: what follows would be a part of the instruction.
  const dangling = text.slice(instruction.span.end, end).includes(file.escape)
  return [{ span: { start: dangling ? instruction.span.end : end, end }, text: written }]
}

/** Takes an instruction away: all its lines, the comments right above it, and one of two blank lines around it. */
export function deleteInstruction(
  file: Dockerfile,
  instruction: Instruction,
  { keepComments = false }: { readonly keepComments?: boolean } = {},
): readonly Edit[] {
  const { text } = file.source
  const start = keepComments ? lineStart(text, instruction.span.start) : startWithComments(file, instruction)
  const end = nextLine(text, linesOf(file, instruction).end)
  if (end === text.length && !text.endsWith('\n') && start > 0)
    return [{ span: { start: text.slice(0, start).trimEnd().length, end }, text: '' }]
  const blankAbove = start === 0 || text.slice(lineStart(text, start - 1), start).trim() === ''
  const blankBelow = nextLine(text, end) < text.length && text.slice(end, lineEnd(text, end)).trim() === ''
  return [{ span: { start, end: blankAbove && blankBelow ? nextLine(text, end) : end }, text: '' }]
}

function inStyle(
  file: Dockerfile,
  near: Instruction,
  { text, eol }: { readonly text: string; readonly eol: string },
): string {
  const cased = writesLowerCase(file, near) ? text.replace(/^[A-Z]+/, (keyword) => keyword.toLowerCase()) : text
  return cased.replaceAll(/\\\n/g, `${file.escape}\n`).replaceAll('\n', eol)
}
