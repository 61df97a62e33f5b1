import type { Diagnostic, Source, Span } from '../core/index.ts'
import type { Dockerfile, Heredoc, Instruction, LogicalText } from './ast.ts'
import { readDirectives } from './directives.ts'
import type { Fault } from './fault.ts'
import { type HeredocStart, heredocStarts, readHeredoc } from './heredoc.ts'
import { type Comments, readInstruction, takesHeredocs } from './instruction.ts'
import { contentStart, isCommentLine, joinLines, type Line, lineAt } from './lines.ts'
import { stageFaults } from './stage-checks.ts'

/**
 * Parses a Dockerfile as BuildKit's frontend does. There is always an AST; what is wrong is in `diagnostics`, in order
 * of place: errors have the code `dockerfile-syntax`, warnings the name of BuildKit's rule.
 */
export function parseDockerfile(source: Source): Dockerfile {
  const start = source.text.startsWith('\ufeff') ? 1 : 0
  const { directives, faults, escape, next } = readDirectives(source.text, start)
  const reading: Reading = { source, escape, instructions: [], diagnostics: [] }
  for (const fault of faults) report(reading, fault)
  readFile(reading, next)
  for (const fault of stageFaults(source.text, reading)) report(reading, fault)
  reading.diagnostics.sort((a, b) => a.at.span.start - b.at.span.start)
  return { source, directives, escape, instructions: reading.instructions, diagnostics: reading.diagnostics }
}

interface Reading {
  readonly source: Source
  readonly escape: '\\' | '`'
  readonly instructions: Instruction[]
  readonly diagnostics: Diagnostic[]
}

function readFile(reading: Reading, start: number): void {
  const { text } = reading.source
  let comments: Comments[number][] = []
  let at = start
  while (at < text.length) {
    const line = lineAt(text, at)
    if (isCommentLine(text, line)) {
      const comment = readComment(text, line)
      if (comment === undefined) comments = []
      else comments.push(comment)
      at = line.next
    } else if (contentStart(text, line) >= line.end) {
      at = line.next
    } else {
      at = readStatement(reading, line, comments)
      comments = []
    }
  }
}

/** A comment; undefined for an empty one, which parts those above it from the instruction. */
function readComment(text: string, line: Line): Comments[number] | undefined {
  const start = contentStart(text, line)
  const content = text.slice(start + 1, line.end).trim()
  const comment = { span: { start, end: line.end }, text: content }
  if (start > line.start) return { ...comment, indented: true }
  return content === '' ? undefined : comment
}

/** Reads the instruction that begins in this line and its heredocs; gives the offset behind it. */
function readStatement(reading: Reading, first: Line, comments: Comments): number {
  const { source, escape } = reading
  const joined = joinLines(source.text, first, escape)
  if (joined.emptyLine !== undefined) warnEmptyLine(reading, joined.emptyLine, joined.lastLine)
  if (joined.text.text.trim() === '') {
    report(reading, { span: { start: first.start, end: first.end }, message: 'unknown instruction: ' })
    return joined.next
  }
  const rules = { escape, report: (fault: Fault) => report(reading, fault) }
  const instruction = readInstruction(joined.text, comments, rules)
  const starts = takesHeredocs(instruction) ? startsWithin(instruction.rest.span.end, joined.text) : []
  const { heredocs, next } = readBodies(reading, starts, joined.next)
  reading.instructions.push(withHeredocs(source.text, instruction, { heredocs, line: joined.text.text }))
  return next
}

/** The heredocs of a line. An escaped blank at its very end belongs to a heredoc's name, but not to the instruction. */
function startsWithin(end: number, line: LogicalText): readonly HeredocStart[] {
  return heredocStarts(line).map((start) => {
    const { operator } = start
    return operator.end <= end ? start : { ...start, operator: { start: operator.start, end } }
  })
}

function readBodies(
  reading: Reading,
  starts: readonly HeredocStart[],
  from: number,
): { heredocs: readonly Heredoc[]; next: number } {
  const heredocs: Heredoc[] = []
  let next = from
  for (const start of starts) {
    const body = readHeredoc(reading.source.text, next, start)
    heredocs.push(body.heredoc)
    next = body.next
    if (body.terminated) continue
    const hint = `no line behind it is exactly ${JSON.stringify(start.name)}${start.chomp ? ' (after tabs)' : ''}`
    report(reading, { span: start.operator, message: 'unterminated heredoc', hint })
    break
  }
  return { heredocs, next }
}

function withHeredocs(
  text: string,
  instruction: Instruction,
  { heredocs, line }: { heredocs: readonly Heredoc[]; line: string },
): Instruction {
  if (heredocs.length === 0 && instruction.kind !== 'ONBUILD') return instruction
  const end = heredocs.at(-1)?.span.end ?? instruction.span.end
  const whole = { ...instruction, heredocs, span: { ...instruction.span, end } }
  if (whole.kind !== 'ONBUILD') return whole
  const bodies = heredocs.map(({ body, name }) => `\n${text.slice(body.start, body.end)}${name}`)
  const trigger = line.replace(/^[\t\f\r ]*onbuild[\t\f\r ]*/i, '') + bodies.join('')
  return { ...whole, inner: { ...whole.inner, heredocs, span: { ...whole.inner.span, end } }, trigger }
}

function report(reading: Reading, { span, message, hint, late }: Fault): void {
  reading.diagnostics.push({
    code: 'dockerfile-syntax',
    severity: late ? 'warning' : 'error',
    message,
    at: { source: reading.source, span },
    related: [],
    ...(hint === undefined ? {} : { hint }),
  })
}

/** BuildKit points to the last line of the instruction, which is the related place here. */
function warnEmptyLine(reading: Reading, span: Span, lastLine: Span): void {
  reading.diagnostics.push({
    code: 'NoEmptyContinuation',
    severity: 'warning',
    message: 'Empty continuation line',
    at: { source: reading.source, span },
    related: [{ note: 'the instruction ends here', at: { source: reading.source, span: lastLine } }],
    hint: 'remove the empty line, or make it a comment',
  })
}
