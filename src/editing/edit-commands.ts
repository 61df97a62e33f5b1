import type { Edit, Span } from '../core/index.ts'
import {
  type Dockerfile,
  type Heredoc,
  type Instruction,
  type LogicalText,
  toSourceOffset,
} from '../dockerfile/index.ts'
import { indentationAt, lineBreakAt, lineEnd, lineStart, nextLine } from './layout.ts'
import { logicalOffset, swallowsWhatFollows } from './shell-text.ts'

type Run = Extract<Instruction, { kind: 'RUN' }>

/**
 * Adds a command to the end of a RUN, to be run when all before it went well: `&&` in the style and indentation of the
 * file, a line more in a heredoc. Undefined where that cannot be done: the exec form, scripts of other languages, texts that
 * end in a comment or in the background.
 */
export function appendCommand(file: Dockerfile, run: Run, command: string): readonly Edit[] | undefined {
  if (run.command.form === 'exec') return undefined
  const body = scriptBody(run)
  if (body !== undefined) return appendLine(file, run, { body, command })
  const { script } = run.command
  const end = script.span.end
  const at = { start: end, end }
  if (script.text.trim() === '' || swallowsWhatFollows(script.text) || /(?:[&|(]|;;)$/.test(script.text))
    return undefined
  if (run.heredocs.length > 0) return [{ span: at, text: ` && ${command}` }]
  const { text } = file.source
  const eol = lineBreakAt(text, run.span.start)
  const { leading, indent } = chainStyle(file, run)
  const lineOn = `${file.escape}${eol}${indent}`
  if (script.text.endsWith(';')) return [{ span: at, text: ` ${lineOn}${command}` }]
  return [{ span: at, text: leading ? ` ${lineOn}&& ${command}` : ` && ${lineOn}${command}` }]
}

/**
 * Takes a command out of a chain of `&&` and `;` (`command` is its place in the source), with the operator that then joins
 * nothing. Undefined where the rest would mean something else: alternatives, pipes, a command on its own.
 */
export function removeCommand(
  file: Dockerfile,
  run: Run,
  { span }: { readonly span: Span },
): readonly Edit[] | undefined {
  if (run.command.form === 'exec') return undefined
  const body = run.heredocs.find((heredoc) => heredoc.body.start <= span.start && span.end <= heredoc.body.end)
  const script = body === undefined ? run.command.script : wholeText(file.source.text, body.body)
  const [start, end] = [logicalOffset(script, span.start), logicalOffset(script, span.end)]
  if (start === undefined || end === undefined) return undefined
  const before = /(?:&&(?:\s|\\\r?\n)*|(?:^|;|\n)(?:[ \t\r]|\\\r?\n)*)$/.exec(script.text.slice(0, start))
  const behind = /^(?:[ \t\r]|\\\r?\n)*(&&|;(?!;)|\n|$)(?:\s|\\\r?\n)*/.exec(script.text.slice(end))
  if (behind === null) return undefined
  const [first, last] = [before?.[0].trim().slice(0, 2) ?? 'other', behind[1] ?? '']
  const hasMore = end + behind[0].length < script.text.length
  if (first === '&&') {
    const previous = script.text.slice(0, before?.index).trimEnd().length
    return [{ span: { start: toSourceOffset(script, previous - 1) + 1, end: span.end }, text: '' }]
  }
  if (before === null) return undefined
  if ((last === '\n' || last === '') && body !== undefined) return withoutLines(file, span, { hasMore, start })
  if ((last === '&&' || last === ';') && hasMore) {
    const separator = toSourceOffset(script, end + behind[0].indexOf(last))
    const next = toSourceOffset(script, end + behind[0].length)
    return withoutHead(file, { start: span.start, end: next }, { command: span, separator, length: last.length })
  }
  return undefined
}

/** The heredoc that is the script of a RUN, and not the input of a command in it. */
function scriptBody({ command, heredocs: [only, ...more] }: Run): Heredoc | undefined {
  if (only === undefined || more.length > 0 || command.form === 'exec') return undefined
  const { text } = command.script
  return /^(?:(?:\/usr)?(?:\/bin\/)?(?:ba|da|a|z|k)?sh(?:\s+-\w+)*\s*)?<<-?\s*(?:"[^"]*"|'[^']*'|[^\s'"]+)$/.test(
    text.trim(),
  )
    ? only
    : undefined
}

function appendLine(
  file: Dockerfile,
  run: Run,
  { body: { body, name }, command }: { readonly body: Heredoc; readonly command: string },
): readonly Edit[] | undefined {
  const { text } = file.source
  const script = text.slice(body.start, body.end)
  const end = body.start + script.trimEnd().length
  const last = text.slice(lineStart(text, end), end).trim()
  const shebang = /^\s*#!(.*)/.exec(script)?.[1] ?? 'sh'
  if (name === '' || last === '' || !/sh\b/.test(shebang) || /(?:[&|\\(]|;;)$/.test(last)) return undefined
  const eol = lineBreakAt(text, run.span.start)
  const line = indentationAt(text, end) + command + eol
  const added = { span: { start: body.end, end: body.end }, text: line }
  if (stopsAtErrors(script, shebang, run)) return [added]
  // Without `set -e` the last command decides: the new one must not hide the failure of the one before it.
  if (last.startsWith('#') || script.includes('<<') || swallowsWhatFollows(script) || last.endsWith(';'))
    return undefined
  return [{ span: { start: end, end }, text: ' &&' }, added]
}

function stopsAtErrors(script: string, shebang: string, { command }: Run): boolean {
  const line = command.form === 'shell' ? command.script.text : ''
  return (
    /(?:^|[\n;&])\s*set\s+(?:-\w+\s+)*(?:-[a-z]*e|-o\s+errexit)/.test(script) ||
    /\s-[a-z]*e/.test(shebang) ||
    /^\S*sh\s(?:.*\s)?-[a-z]*e/.test(line)
  )
}

interface ChainStyle {
  /** `&&` begins lines; else it ends them. */
  readonly leading: boolean
  readonly indent: string
}

/** How the RUN, or else the first RUN of the file that has a chain over several lines, writes it. */
function chainStyle(file: Dockerfile, run: Run): ChainStyle {
  const others = file.instructions.filter(({ kind }) => kind === 'RUN')
  for (const { span } of [run, ...others]) {
    const text = file.source.text.slice(span.start, span.end)
    const leads = /\n([ \t]*)&&/.exec(text)
    if (leads !== null) return { leading: true, indent: leads[1] ?? '' }
    const trails = /&&[ \t]*[\\`][ \t]*\r?\n([ \t]*)[^\s#]/.exec(text)
    if (trails !== null) return { leading: false, indent: trails[1] ?? '' }
  }
  const inner = /\n([ \t]+)[^\s#]/.exec(file.source.text.slice(run.span.start, run.span.end))?.[1]
  return { leading: true, indent: inner ?? '    ' }
}

function wholeText(text: string, { start, end }: Span): LogicalText {
  return { text: text.slice(start, end), span: { start, end }, segments: [{ at: 0, source: start }] }
}

/** A command on lines of its own in a heredoc; the last one of a script stays, or the step would do nothing. */
function withoutLines(
  file: Dockerfile,
  span: Span,
  { hasMore, start }: { readonly hasMore: boolean; readonly start: number },
): readonly Edit[] | undefined {
  const { text } = file.source
  const from = lineStart(text, span.start)
  if (text.slice(from, span.start).trim() !== '') return undefined
  if (!hasMore && start === 0) return undefined
  return [{ span: { start: from, end: nextLine(text, lineEnd(text, span.end)) }, text: '' }]
}

/** The first command of a chain, up to the next. Comments in between belong to the next one and stay. */
function withoutHead(
  file: Dockerfile,
  span: Span,
  { command, separator, length }: { readonly command: Span; readonly separator: number; readonly length: number },
): readonly Edit[] {
  const { text } = file.source
  if (!/\n[ \t]*#/.test(text.slice(command.end, span.end))) return [{ span, text: '' }]
  const sameLine = !text.slice(command.end, separator).includes('\n')
  const blanks = (at: number): number => at + (/^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0)
  if (sameLine) return [{ span: { start: span.start, end: blanks(separator + length) }, text: '' }]
  return [
    { span: { start: span.start, end: blanks(command.end) }, text: '' },
    { span: { start: separator, end: blanks(separator + length) }, text: '' },
  ]
}
